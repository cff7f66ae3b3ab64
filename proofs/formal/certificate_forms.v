(** * The forms that a certificate shows to be nonnegative

    If [check_decay] is true, three real quadratic forms are nonnegative: those of X − κ₁ I and
    κ₂ I − X, and the form of the contraction matrix M,

      r² uᵀXu + 2αβ vᵀTv − 2(α + β) vᵀTy + 2 yᵀTy − yᵀXy, where v = W u, for all u and y. *)

From Coq Require Import ZArith.
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.zify Require Import zify ssrZ.
From mathcomp.algebra_tactics Require Import ring.
From gradproof Require Import certificate_positivity certificate_check.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

Section Forms.

Variables (R : realFieldType) (c : certificate).
Notation d := (dim c).+1.
Implicit Types u y v : 'cV[R]_d.

(** p / q *)
Definition fraction (p q : Z) : R := real R p / real R q.

(** W *)
Definition weight_matrix : 'M[R]_d :=
  \matrix_(i, j) fraction (entry (weight_rows c) i j) (weight_denominator c).

(** W times its denominator *)
Definition numerators : 'M[R]_d := \matrix_(i, j) real R (entry (weight_rows c) i j).

(** X *)
Definition metric_matrix : 'M[R]_d := \matrix_(i, j) real R (symmetric (entry (metric_rows c)) i j).

(** t *)
Definition multiplier_column : 'cV[R]_d := \col_i real R (multiplier c i).

Definition lowest : R := fraction (least_slope c) (slope_denominator c).
Definition highest : R := fraction (greatest_slope c) (slope_denominator c).
Definition decay_rate : R := fraction (numerator (rate c)) (denominator (rate c)).
Definition decay_constant : R := fraction (numerator (constant c)) (denominator (constant c)).

(** xᵀ X x *)
Definition metric_form (x : 'cV[R]_d) : R :=
  \sum_i \sum_j metric_matrix i j * (x i 0 * x j 0).

(** xᵀ T y *)
Definition multiplier_form (x y : 'cV[R]_d) : R :=
  \sum_i multiplier_column i 0 * (x i 0 * y i 0).

Let sum := real R (Z.mul (Z.add (least_slope c) (greatest_slope c)) (denominator (rate c))).
Let root := real R (Z.mul (numerator (rate c))
                          (Z.mul (weight_denominator c) (slope_denominator c))).
Let product := real R (Z.mul (Z.mul 2 (Z.mul (least_slope c) (greatest_slope c)))
                       (Z.mul (denominator (rate c)) (denominator (rate c)))).

Lemma real_if (b : bool) p q : real R (if b then p else q) = if b then real R p else real R q.
Proof. by case: b. Qed.

Lemma contraction_first (i j : 'I_d) :
  real R (symmetric (contraction c) (lshift d i) (lshift d j)) =
  (if i == j then 2 * multiplier_column i 0 else 0) - metric_matrix i j.
Proof.
wlog le : i j / (j <= i)%N.
  move=> lower; case: (leqP j i) => [| /ltnW]; first exact: lower.
  move/lower => swapped; rewrite symmetricC swapped eq_sym !mxE symmetricC.
  by case: eqP => // ->.
by rewrite /symmetric /= le /contraction ltn_ord real_sub !mxE /symmetric le real_if real_mul.
Qed.

Lemma contraction_mixed (i j : 'I_d) :
  real R (symmetric (contraction c) (rshift d i) (lshift d j)) =
  - (sum * (multiplier_column j 0 * numerators j i)).
Proof.
have le : (j <= d + i)%N by rewrite ltnW // ltn_addr.
rewrite /symmetric /= le /contraction ltn_ord ltnNge leq_addr /= addKn real_opp /sum.
by rewrite !real_mul !mxE.
Qed.

Lemma real_weighted_gram i j : (i < d)%N -> (j <= i)%N ->
  real R (weighted_gram c i j) =
  \sum_(k < d) multiplier_column k 0 *
     (real R (entry (weight_rows c) k i) * real R (entry (weight_rows c) k j)).
Proof.
move=> small le; rewrite /weighted_gram /entry nth_mkseq // nth_mkseq //.
have small' : (j < d)%N by apply: leq_ltn_trans small.
rewrite (nth_map [::]) ?size_mkseq // !nth_mkseq // (@real_dot _ d) ?size_mkseq //.
by apply: eq_bigr => k _; rewrite !nth_mkseq // real_mul !mxE; ring.
Qed.

Lemma contraction_last (i j : 'I_d) :
  real R (symmetric (contraction c) (rshift d i) (rshift d j)) =
  root ^+ 2 * metric_matrix i j +
  product * (\sum_k multiplier_column k 0 * (numerators k i * numerators k j)).
Proof.
wlog le : i j / (j <= i)%N.
  move=> lower; case: (leqP j i) => [| /ltnW]; first exact: lower.
  move/lower => swapped; rewrite symmetricC swapped !mxE symmetricC; congr (_ + _ * _).
  by apply: eq_bigr => k _; rewrite [numerators k j * _]mulrC.
rewrite /symmetric /= leq_add2l le /contraction !ltnNge !leq_addr /= !addKn /root /product.
move: (Z.mul (Z.mul 2 _) _) (Z.mul (numerator _) _) => p r.
rewrite real_add !real_mul !mxE /symmetric le expr2; congr (_ + _).
case: (Z.eqb_spec p Z0) => [-> | _]; first by rewrite real_zero !mul0r.
rewrite real_weighted_gram //; congr (_ * _).
by apply: eq_bigr => k _; rewrite !mxE.
Qed.

Section Blocks.

Variables (y u : 'cV[R]_d).
Let A (i j : 'I_(d + d)) := real R (symmetric (contraction c) i j).
Let x (i : 'I_(d + d)) := col_mx y u i 0.
Let v := numerators *m u.

Lemma first_block :
  \sum_i \sum_j A (lshift d i) (lshift d j) * (x (lshift d i) * x (lshift d j)) =
  2 * multiplier_form y y - metric_form y.
Proof.
rewrite /multiplier_form mulr_sumr /metric_form -sumrB; apply: eq_bigr => i _.
under eq_bigr do rewrite /A contraction_first /x !col_mxEu mulrBl.
rewrite sumrB (bigD1 i) //= eqxx big1; first by rewrite addr0 -mulrA.
by move=> j /negbTE; rewrite eq_sym => ->; rewrite mul0r.
Qed.

Lemma mixed_block :
  \sum_i \sum_j A (rshift d i) (lshift d j) * (x (rshift d i) * x (lshift d j)) =
  - (sum * multiplier_form v y).
Proof.
rewrite exchange_big /multiplier_form mulr_sumr -sumrN; apply: eq_bigr => j _ /=.
rewrite [v j 0]mxE big_distrl /= !mulr_sumr -sumrN; apply: eq_bigr => i _.
by rewrite /A contraction_mixed /x col_mxEu col_mxEd; ring.
Qed.

Lemma last_block :
  \sum_i \sum_j A (rshift d i) (rshift d j) * (x (rshift d i) * x (rshift d j)) =
  root ^+ 2 * metric_form u + product * multiplier_form v v.
Proof.
transitivity (\sum_i \sum_j (root ^+ 2 * (metric_matrix i j * (u i 0 * u j 0)) + product *
    \sum_k multiplier_column k 0 * ((numerators k i * u i 0) * (numerators k j * u j 0)))).
  apply: eq_bigr => i _; apply: eq_bigr => j _.
  rewrite /A contraction_last /x !col_mxEd mulrDl.
  rewrite -[root ^+ 2 * _ * _]mulrA -[product * _ * _]mulrA mulr_suml.
  by congr (_ + _ * _); apply: eq_bigr => k _; ring.
under eq_bigr do rewrite big_split -!mulr_sumr; rewrite big_split -!mulr_sumr /=.
congr (_ + _ * _); rewrite /multiplier_form.
under eq_bigr do rewrite exchange_big; rewrite exchange_big; apply: eq_bigr => k _ /=.
rewrite [v k 0]mxE big_distrlr /= mulr_sumr; apply: eq_bigr => i _.
by rewrite mulr_sumr.
Qed.

Lemma contraction_form :
  form (fun i j => real R (symmetric (contraction c) i j)) x =
  root ^+ 2 * metric_form u + product * multiplier_form v v - sum * multiplier_form v y *+ 2
    + 2 * multiplier_form y y - metric_form y.
Proof.
have mirrored : \sum_i \sum_j A (lshift d i) (rshift d j) * (x (lshift d i) * x (rshift d j)) =
    - (sum * multiplier_form v y).
  rewrite -mixed_block exchange_big; apply: eq_bigr => i _; apply: eq_bigr => j _.
  by rewrite /A symmetricC [x (lshift d j) * _]mulrC.
rewrite /form big_split_ord /=.
under eq_bigr do rewrite big_split_ord; under [X in _ + X]eq_bigr do rewrite big_split_ord.
rewrite !big_split /= first_block mirrored mixed_block last_block; ring.
Qed.

End Blocks.

(** ** What a successful check proves *)

Hypothesis checked : check_decay c.

Lemma denominators_positive :
  [/\ 0 < real R (weight_denominator c), 0 < real R (slope_denominator c),
      0 < real R (denominator (rate c)) & 0 < real R (denominator (constant c))].
Proof.
case/and4P: checked => /and5P[W_gt0 slopes_gt0 r_ge0 r_lt1 /and5P[_ C_gt0 _ _ _]] _ _ _.
by rewrite -!real_zero !real_lt; split=> //; lia.
Qed.

Lemma decay_rate_ge0 : 0 <= decay_rate.
Proof.
case/and4P: checked => /and5P[_ _ r_ge0 _ _] _ _ _; case: denominators_positive => _ _ q_gt0 _.
by rewrite /decay_rate /fraction divr_ge0 ?(ltW q_gt0) // -real_zero real_le.
Qed.

Lemma decay_rate_lt1 : decay_rate < 1.
Proof.
case/and4P: checked => /and5P[_ _ _ r_lt1 _] _ _ _; case: denominators_positive => _ _ q_gt0 _.
by rewrite /decay_rate /fraction ltr_pdivr_mulr // mul1r real_lt.
Qed.

Lemma least_gt0 : 0 < real R (least c).
Proof.
case/and4P: checked => /and5P[_ _ _ _ /and5P[_ _ least_gt0 _ _]] _ _ _.
by rewrite -real_zero real_lt.
Qed.

(** κ₂ ≤ C² κ₁ *)
Lemma constant_suffices : real R (greatest c) <= decay_constant ^+ 2 * real R (least c).
Proof.
case/and4P: checked => /and5P[_ _ _ _ /and5P[_ _ _ enough _]] _ _ _.
case: denominators_positive => _ _ _ q_gt0.
rewrite /decay_constant /fraction expr_div_n mulrAC ler_pdivl_mulr ?exprn_gt0 //.
by rewrite !expr2 -!real_mul real_le [X in Z.leb _ X]Z.mul_comm.
Qed.

Lemma decay_constant_ge0 : 0 <= decay_constant.
Proof.
case/and4P: checked => /and5P[_ _ _ _ /and5P[p_ge0 _ _ _ _]] _ _ _.
case: denominators_positive => _ _ _ q_gt0.
by rewrite /decay_constant /fraction divr_ge0 ?(ltW q_gt0) // -real_zero real_le.
Qed.

Lemma multiplier_ge0 i : 0 <= multiplier_column i 0.
Proof.
case/and4P: checked => /and5P[_ _ _ _ /and5P[_ _ _ _ /allP nonnegative]] _ _ _.
rewrite mxE -real_zero real_le /multiplier.
case: (ltnP i (size (multiplier_list c))) => [small | big].
  by apply: nonnegative; rewrite mem_nth.
by rewrite nth_default.
Qed.

Lemma metric_formE (x : 'cV[R]_d) :
  metric_form x = form (fun i j => real R (symmetric (entry (metric_rows c)) i j)) (fun i => x i 0).
Proof. by apply: eq_bigr => i _; apply: eq_bigr => j _; rewrite mxE. Qed.

Lemma scalar_form z (x : 'cV[R]_d) :
  form (fun i j => real R (symmetric (scalar z) i j)) (fun i => x i 0) =
  real R z * \sum_i x i 0 ^+ 2.
Proof.
rewrite /form mulr_sumr; apply: eq_bigr => i _; rewrite (bigD1 i) //= big1.
  by rewrite /symmetric /scalar leqnn eqxx addr0 expr2.
move=> j /negbTE other; rewrite /symmetric /scalar.
by case: ifP => _; rewrite ?[_ == (j : nat)]eq_sym (other : (j : nat) == i = false) mul0r.
Qed.

Lemma form_sub (A B : nat -> nat -> Z) n (v : 'I_n -> R) :
  form (fun i j => real R (symmetric (fun i j => Z.sub (A i j) (B i j)) i j)) v =
  form (fun i j => real R (symmetric A i j)) v - form (fun i j => real R (symmetric B i j)) v.
Proof.
rewrite -sumrB; apply: eq_bigr => i _; rewrite -sumrB; apply: eq_bigr => j _.
by rewrite -mulrBl -real_sub /symmetric; case: ifP.
Qed.

(** κ₁ ‖x‖² ≤ xᵀ X x *)
Lemma metric_form_ge (x : 'cV[R]_d) : real R (least c) * (\sum_i x i 0 ^+ 2) <= metric_form x.
Proof.
case/and4P: checked => _ _ /(@positive_sound R) above _.
by have := above (fun i => x i 0); rewrite form_sub -metric_formE subr_ge0 scalar_form.
Qed.

(** xᵀ X x ≤ κ₂ ‖x‖² *)
Lemma metric_form_le (x : 'cV[R]_d) : metric_form x <= real R (greatest c) * (\sum_i x i 0 ^+ 2).
Proof.
case/and4P: checked => _ _ _ /(@positive_sound R) below.
by have := below (fun i => x i 0); rewrite form_sub -metric_formE subr_ge0 scalar_form.
Qed.

Lemma numeratorsE : numerators = real R (weight_denominator c) *: weight_matrix.
Proof.
case: denominators_positive => W_gt0 _ _ _; apply/matrixP => i j.
by rewrite !mxE /fraction mulrC divfK ?lt0r_neq0.
Qed.

Lemma scaled_entry a (x : 'cV[R]_d) i : (a *: x) i 0 = a * x i 0.
Proof. by rewrite mxE. Qed.

Lemma metric_form_scale a (x : 'cV[R]_d) : metric_form (a *: x) = a ^+ 2 * metric_form x.
Proof.
rewrite /metric_form mulr_sumr; apply: eq_bigr => i _; rewrite mulr_sumr.
by apply: eq_bigr => j _; rewrite !scaled_entry; ring.
Qed.

Lemma multiplier_form_scale a (x y : 'cV[R]_d) :
  multiplier_form (a *: x) y = a * multiplier_form x y.
Proof.
rewrite /multiplier_form mulr_sumr; apply: eq_bigr => i _.
by rewrite scaled_entry; ring.
Qed.

Lemma multiplier_formC (x y : 'cV[R]_d) : multiplier_form x y = multiplier_form y x.
Proof. by apply: eq_bigr => i _; rewrite [y i 0 * _]mulrC. Qed.

(** The form of M is nonnegative. *)
Lemma contraction_form_ge0 (u y v : 'cV[R]_d) :
    multiplier_list c != [::] -> v = weight_matrix *m u ->
  0 <= decay_rate ^+ 2 * metric_form u + (lowest * highest) *+ 2 * multiplier_form v v
       - ((lowest + highest) * multiplier_form v y) *+ 2 + multiplier_form y y *+ 2 - metric_form y.
Proof.
case: denominators_positive => W_gt0 slopes_gt0 q_gt0 _ multiplied vE.
have /(@positive_sound R) nonnegative : positive (d + d) (contraction c) (contraction_factor c).
  by case/and4P: checked; rewrite /contracts; case: (multiplier_list c) multiplied.
pose s := (real R (weight_denominator c) * real R (slope_denominator c)
           * real R (denominator (rate c)))^-1.
have := nonnegative (fun i => col_mx y (s *: u) i 0); rewrite contraction_form.
have weight : numerators *m (s *: u) = (s * real R (weight_denominator c)) *: v.
  by rewrite vE numeratorsE -scalemxAr -scalerA -scalemxAl.
rewrite metric_form_scale weight multiplier_form_scale multiplier_form_scale.
rewrite [multiplier_form v (_ *: v)]multiplier_formC multiplier_form_scale; congr (_ <= _).
rewrite /root /product /sum /s !real_mul (_ : real R 2 = 2) // !real_add.
rewrite /decay_rate /lowest /highest /fraction.
by field; rewrite !lt0r_neq0.
Qed.

End Forms.
