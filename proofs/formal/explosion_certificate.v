(** * Explosion of the gradients of one given network

    A certificate that [check_explosion] accepts proves of every network whose recurrent weight is
    the matrix of the certificate, and whose input weight has a right inverse: if φ′ takes the
    slopes of the word, then for all biases and states there are inputs along which these slopes
    occur again and again, and ‖∂h_{t+n}/∂h_t‖ ≥ rⁿ for n = L, 2L, 3L, …, where r > 1. The check
    computes with integers; a file with the numbers of a certificate runs it by [vm_compute] and
    names the theorem of its network. *)

From Coq Require Import ZArith.
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.classical Require Import classical_sets.
From mathcomp.zify Require Import zify ssrZ.
From mathcomp.algebra_tactics Require Import ring.
From mathcomp.analysis Require Import reals signed topology normedtype.
From gradproof Require Import network norms products activations logistic softplus stein
  explosion_products.
From gradproof Require Export certificate_positivity certificate_check certificate_forms
  explosion_check.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory Order.TTheory numFieldNormedType.Exports.
Local Open Scope ring_scope.
Local Open Scope classical_set_scope.

(** ** Quadratic forms *)

Section QuadraticForms.

Variables (R : realType) (d : nat).
Implicit Types (X Y : 'M[R]_d.+1) (a b : R) (v : 'cV[R]_d.+1).

Lemma formE (A : nat -> nat -> R) v :
  form A (fun i => v i 0) = quadratic_form (\matrix_(i, j) A i j) v.
Proof.
rewrite quadratic_form_sum; apply: eq_bigr => i _; apply: eq_bigr => j _.
by rewrite mxE mulrCA mulrA.
Qed.

Lemma entryB a b X Y i j : (a *: X - b *: Y) i j = a * X i j - b * Y i j.
Proof. by rewrite !mxE. Qed.

Lemma quadratic_formB a b X Y v :
  quadratic_form (a *: X - b *: Y) v = a * quadratic_form X v - b * quadratic_form Y v.
Proof.
by rewrite /quadratic_form mulmxBr mulmxBl -!scalemxAr -!scalemxAl !mxE.
Qed.

Lemma quadratic_formZ X a v : quadratic_form X (a *: v) = a ^+ 2 * quadratic_form X v.
Proof.
rewrite /quadratic_form (_ : (a *: v)^T = a *: v^T); last by apply/rowP => i; rewrite !mxE.
by rewrite -scalemxAr -!scalemxAl !mxE mulrA.
Qed.

End QuadraticForms.

(** ** The form of N_k *)

Section Descent.

Variables (R : realType) (c : explosion).
Notation d := (dim c).+1.
Implicit Types (k : nat) (v : 'cV[R]_d).

(** W *)
Definition weight_matrix : 'M[R]_d :=
  \matrix_(i, j) fraction R (entry (weight_rows c) i j) (weight_denominator c).

(** The diagonal of D_{k+1}, a column *)
Definition word_column k : 'cV[R]_d :=
  \col_i fraction R (entry (word_rows c) k i) (slope_denominator c).

(** P_k *)
Definition metric_matrix k : 'M[R]_d := \matrix_(i, j) real R (symmetric (metric c k) i j).

(** x *)
Definition vector_column : 'cV[R]_d := \col_i real R (nth Z0 (vector c) i).

(** r *)
Definition explosion_rate : R := fraction R (numerator (rate c)) (denominator (rate c)).

(** D_{k+1} W, times the denominators *)
Definition step_numerators k : 'M[R]_d :=
  \matrix_(i, j) (real R (entry (word_rows c) k i) * real R (entry (weight_rows c) i j)).

Lemma size_full (A : nat -> nat -> Z) i : (size (nth [::] (full c A) i) <= d)%N.
Proof.
rewrite /full; case: (ltnP i d) => [small | big]; first by rewrite nth_mkseq // size_mkseq.
by rewrite nth_default ?size_mkseq.
Qed.

Lemma entry_full (A : nat -> nat -> Z) (i j : 'I_d) : entry (full c A) i j = symmetric A i j.
Proof. by rewrite /entry /full !nth_mkseq. Qed.

Lemma metric_matrix_symmetric k : (metric_matrix k)^T = metric_matrix k.
Proof. by apply/matrixP => i j; rewrite !mxE symmetricC. Qed.

Lemma real_step_columns k (i j : 'I_d) :
  real R (entry (step_columns c k) j i) = step_numerators k i j.
Proof. by rewrite /entry /step_columns !nth_mkseq // real_mul mxE. Qed.

Lemma gram_symmetric k (B := step_numerators k) :
  (B^T *m metric_matrix k.+1 *m B)^T = B^T *m metric_matrix k.+1 *m B.
Proof. by rewrite !trmx_mul trmxK metric_matrix_symmetric mulmxA. Qed.

Lemma image_entry k (i j : 'I_d) : (j <= i)%N ->
  entry (image_columns c k) j (i - j) =
  dot (nth [::] (step_columns c k) i)
      (mkseq (fun l => dot (nth [::] (full c (metric c k.+1)) l)
                           (nth [::] (step_columns c k) j)) d).
Proof.
move=> le; rewrite /entry /image_columns nth_mkseq // nth_mkseq ?ltn_sub2r ?(leq_ltn_trans le) //.
rewrite subnKC // dot_tablesE (nth_map [::]) ?size_mkseq //; congr dot.
apply: (@eq_from_nth _ Z0) => [|l]; rewrite size_map !size_mkseq // => l_lt.
by rewrite (nth_map [::]) ?size_mkseq // nth_mkseq // dot_tablesE.
Qed.

Lemma real_image k (i j : 'I_d) : (j <= i)%N ->
  real R (entry (image_columns c k) j (i - j)) =
  ((step_numerators k)^T *m metric_matrix k.+1 *m step_numerators k) i j.
Proof.
move=> /image_entry->; set B := step_numerators k; set P := metric_matrix k.+1.
have size_columns (l : 'I_d) : size (nth [::] (step_columns c k) l) = d.
  by rewrite /step_columns nth_mkseq // size_mkseq.
rewrite -mulmxA mxE (@real_dot _ d) ?size_columns //; apply: eq_bigr => l _.
rewrite -/(entry (step_columns c k) i l) real_step_columns [B^T i l]mxE; congr (_ * _).
rewrite nth_mkseq // (@real_dot _ d) ?size_full // [RHS]mxE; apply: eq_bigr => o _.
rewrite -/(entry (step_columns c k) j o) real_step_columns.
by rewrite -/(entry _ _ _) entry_full [P l o]mxE.
Qed.

Lemma step_numeratorsE k : weight_denominator c != 0 -> slope_denominator c != 0 ->
  step_numerators k = real R (Z.mul (weight_denominator c) (slope_denominator c))
                        *: (diagonal (word_column k) *m weight_matrix).
Proof.
move=> W_neq0 D_neq0; apply/matrixP => i j; rewrite /diagonal mul_diag_mx !mxE real_mul.
by rewrite /fraction; field; rewrite !real_eq0; move: W_neq0 D_neq0; lia.
Qed.

(** The form of N_{k+1}, times the denominators *)
Lemma descent_form k v :
  form (fun i j => real R (symmetric (descent c k) i j)) (fun i => v i 0) =
  (real R (numerator (rate c)) * real R (Z.mul (weight_denominator c) (slope_denominator c))) ^+ 2
    * quadratic_form (metric_matrix k) v
  - real R (denominator (rate c)) ^+ 2
    * quadratic_form (metric_matrix k.+1) (step_numerators k *m v).
Proof.
rewrite formE quadratic_form_mulmx -quadratic_formB; congr quadratic_form.
apply/matrixP => i j; set N := _ - _; have N_symmetric : N^T = N.
  by rewrite /N linearB !linearZ /= metric_matrix_symmetric gram_symmetric.
wlog le : i j / (j <= i)%N.
  move=> lower; case: (leqP j i) => [| /ltnW]; first exact: lower.
  by move/lower => swapped; rewrite -N_symmetric [RHS]mxE -swapped !mxE symmetricC.
rewrite /N entryB -real_image // [LHS]mxE [metric_matrix k i j]mxE /symmetric le /descent.
by rewrite real_sub !real_mul !expr2.
Qed.

(** ** What a successful check proves *)

Hypothesis checked : check_explosion c.

Lemma weight_denominator_gt0 : 0 < real R (weight_denominator c).
Proof. by case/and5P: checked; rewrite -real_zero real_lt. Qed.

Lemma slope_denominator_gt0 : 0 < real R (slope_denominator c).
Proof. by case/and5P: checked; rewrite -(real_zero R) real_lt. Qed.

Lemma rate_denominator_gt0 : 0 < real R (denominator (rate c)).
Proof. by case/and5P: checked; rewrite -(real_zero R) real_lt. Qed.

Lemma explosion_rate_gt1 : 1 < explosion_rate.
Proof.
case/and5P: checked => _ _ _ above _.
by rewrite /explosion_rate /fraction ltr_pdivl_mulr ?rate_denominator_gt0 // mul1r real_lt.
Qed.

Lemma period_gt0 : (0 < period c)%N.
Proof. by case/and5P: checked => _ _ _ _ /and3P[]. Qed.

Lemma period_metric : metric_matrix (period c) = metric_matrix 0.
Proof. by rewrite /metric_matrix /metric modnn mod0n. Qed.

(** (D_{k+1} W v)ᵀ P_{k+1} (D_{k+1} W v) ≤ r² vᵀ P_k v *)
Lemma descent_le k v : (k < period c)%N ->
  quadratic_form (metric_matrix k.+1) (diagonal (word_column k) *m (weight_matrix *m v))
  <= explosion_rate ^+ 2 * quadratic_form (metric_matrix k) v.
Proof.
move=> k_lt; case/and5P: checked => W_gt0 D_gt0 _ _ /and3P[_ _ /allP positives].
have : positive d (descent c k) (nth no_factor (factors c) k).
  by apply: positives; rewrite mem_iota.
move/(@positive_sound R _ _ _ (fun i => v i 0)).
rewrite descent_form step_numeratorsE; try by move: W_gt0 D_gt0; lia.
rewrite -scalemxAl quadratic_formZ -[diagonal _ *m _ *m v]mulmxA.
have : 0 < real R (Z.mul (weight_denominator c) (slope_denominator c)).
  by rewrite real_mul mulr_gt0 ?weight_denominator_gt0 ?slope_denominator_gt0.
have := rate_denominator_gt0; rewrite /explosion_rate /fraction.
move: (real R (Z.mul _ _)) (real R (numerator _)) (real R (denominator _)) => s p q q_gt0 s_gt0.
move: (quadratic_form _ _) (quadratic_form _ v) => next last.
rewrite subr_ge0 -[next <= _](@ler_pmul2l _ ((q * s) ^+ 2)) ?exprn_gt0 ?mulr_gt0 //.
by congr (_ <= _); [ring | field; rewrite lt0r_neq0].
Qed.

(** xᵀ P_0 x < 0 *)
Lemma negative_form : quadratic_form (metric_matrix 0) vector_column < 0.
Proof.
have -> : quadratic_form (metric_matrix 0) vector_column = real R (vector_form c).
  rewrite /vector_form /quadratic_form -mulmxA mxE (@real_dot _ d) ?size_mkseq //.
  apply: eq_bigr => i _; rewrite nth_mkseq // (nth_map [::]) ?size_mkseq // (@real_dot _ d).
    rewrite [_^T _ _]mxE [vector_column i 0]mxE [in RHS]mulr_sumr [(_ *m _) _ _]mxE mulr_sumr.
    apply: eq_bigr => j _; rewrite nth_mkseq // -/(entry _ _ _) entry_full.
    by rewrite [metric_matrix _ _ _]mxE [vector_column j 0]mxE.
  exact: size_full.
by case/and5P: checked => _ _ _ _ /and3P[_ negative _]; rewrite -(real_zero R) real_lt.
Qed.

End Descent.

(** ** Networks *)

Section Explosion.

Variables (R : realType) (c : explosion).
Notation d := (dim c).+1.
Hypothesis checked : check_explosion c.

(** The slopes of the word are values of φ′. *)
Definition word_occurs (phi : activation R) : Prop := forall k i, (k < period c)%N -> (i < d)%N ->
  exists z, slope phi z = fraction R (entry (word_rows c) k i) (slope_denominator c).

Variables (m : nat) (phi : activation R) (net : network R (dim c) m) (V : 'M[R]_(m, d)).
Hypothesis weights : forall i j,
  recurrent_weight net i j = fraction R (entry (weight_rows c) i j) (weight_denominator c).
Hypothesis right_inverse : input_weight net *m V = 1%:M.
Hypothesis occurs : word_occurs phi.

(** What an accepted certificate proves: for every state there are inputs along which the slopes are
    those of the word, again and again, ‖∂h_{t+Lj}/∂h_t‖ ≥ r^{Lj} for all j, ‖∂h_{t+n}/∂h_t‖ ≥ b rⁿ
    for all n, with a b > 0, and these norms tend to infinity. *)
Theorem check_explosion_sound (t : nat) (h : 'cV[R]_d) : exists x : nat -> 'cV[R]_m,
  (forall k i, slopes phi net (x (t + k.+1)%N) (state phi net x t k h) i 0 =
     fraction R (entry (word_rows c) (k %% period c) i) (slope_denominator c)) /\
  (forall j, explosion_rate R c ^+ (period c * j)
             <= spectral_norm (jacobian_product phi net x t (period c * j) h)) /\
  (exists2 b, 0 < b & forall n, b * explosion_rate R c ^+ n
                                <= spectral_norm (jacobian_product phi net x t n h)) /\
  (fun n => spectral_norm (jacobian_product phi net x t n h)) --> +oo.
Proof.
have weightsE : recurrent_weight net = weight_matrix R c.
  by apply/matrixP => i j; rewrite weights mxE.
have rate_gt1 := explosion_rate_gt1 R checked.
have word_occursE k i : (k < period c)%N -> exists z, slope phi z = word_column R c k i 0.
  by move=> k_lt; have [z zE] := occurs k_lt (ltn_ord i); exists z; rewrite mxE.
have [|x [slopesE [powers [[b b_gt0 grows] infinite]]]] :=
  stein_explosion right_inverse (period_gt0 checked) (ltW (lt_trans ltr01 rate_gt1)) word_occursE
    (period_metric R c) _ (negative_form R checked) t h.
  by move=> k w k_lt; rewrite weightsE; exact: descent_le.
exists x; split=> [k i|]; first by rewrite slopesE mxE.
split=> //; split; last exact: infinite.
have v_gt0 := negative_form_norm_gt0 (negative_form R checked).
exists (b / euclidean_norm (vector_column R c)) => [|n]; first by rewrite divr_gt0.
by rewrite mulrAC ler_pdivr_mulr // (le_trans (grows n)) ?euclidean_norm_mulmx.
Qed.

End Explosion.

(** ** Activations with known slopes *)

Section Activations.

Variables (R : realType) (c : explosion).
Hypothesis checked : check_explosion c.

Lemma all_slopesP property : all_slopes c property ->
  forall k i, (k < period c)%N -> (i < (dim c).+1)%N -> property (entry (word_rows c) k i).
Proof.
move=> /allP rows k i k_lt i_lt; have k_in : k \in iota 0 (period c) by rewrite mem_iota.
by have /allP := rows k k_in; apply; rewrite mem_iota.
Qed.

(** tanh has the slopes in (0, 1], … *)
Lemma tanh_word_occurs : word_in_unit c -> word_occurs c (tanh_activation R).
Proof.
move=> /all_slopesP within k i k_lt i_lt; have /andP[] := within k i k_lt i_lt.
rewrite -(real_lt R) -(real_le R) => s_gt0 s_le; have D_gt0 := slope_denominator_gt0 R checked.
have [_ [_ onto]] := tanh_derivative_range R; apply: onto.
by rewrite /fraction divr_gt0 // ler_pdivr_mulr // mul1r.
Qed.

(** … the logistic function those in (0, 1/4], … *)
Lemma logistic_word_occurs : word_in_quarter c -> word_occurs c (logistic_activation R).
Proof.
move=> /all_slopesP within k i k_lt i_lt; have /andP[] := within k i k_lt i_lt.
rewrite -(real_lt R) -(real_le R) => s_gt0 s_le; have D_gt0 := slope_denominator_gt0 R checked.
have [_ [_ onto]] := logistic_derivative_range R; apply: onto.
by rewrite /fraction divr_gt0 // ler_pdivr_mulr // ler_pdivl_mull // -(real_mul R 4).
Qed.

(** … softplus those in (0, 1), … *)
Lemma softplus_word_occurs : word_in_open_unit c -> word_occurs c (softplus_activation R).
Proof.
move=> /all_slopesP within k i k_lt i_lt; have /andP[] := within k i k_lt i_lt.
rewrite -!(real_lt R) => s_gt0 s_lt; have D_gt0 := slope_denominator_gt0 R checked.
have [_ onto] := softplus_derivative_range R; apply: onto.
by rewrite /fraction divr_gt0 // ltr_pdivr_mulr // mul1r.
Qed.

(** … and the identity has the slope 1. *)
Lemma identity_word_occurs : word_of_ones c -> word_occurs c (identity_activation R).
Proof.
move=> /all_slopesP ones k i k_lt i_lt; exists 0; have /Z.eqb_spec -> := ones k i k_lt i_lt.
by rewrite /fraction divff // lt0r_neq0 // slope_denominator_gt0.
Qed.

End Activations.
