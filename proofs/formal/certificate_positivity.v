(** * Positive semidefinite by integers

    A ⪰ 0 is shown by a rounded factor L: if S A S = c L Lᵀ + E, where S is diagonal and invertible,
    c ≥ 0, and E is diagonally dominant, then A ⪰ 0. The factor may be any matrix: a bad one makes
    the check fail, and none makes a false statement pass. All entries are binary integers, so that
    the check computes; [positive_sound] carries it over to real quadratic forms. *)

From Coq Require Import ZArith.
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.zify Require Import zify ssrZ.
From mathcomp.algebra_tactics Require Import ring.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

Section Forms.

Variables (R : realFieldType) (n : nat).
Implicit Types (A E L : nat -> nat -> R) (v : 'I_n -> R).

(** Σ_ij a_ij v_i v_j *)
Definition form A v : R := \sum_(i < n) \sum_(j < n) A i j * (v i * v j).

(** Σ_j |e_ij| ≤ 2 e_ii, that is, Σ_{j≠i} |e_ij| ≤ e_ii, for all i *)
Definition diagonally_dominant E : Prop :=
  forall i : 'I_n, \sum_(j < n) `|E i j| <= E i i *+ 2.

(** 0 ≤ |e| (x² + y²) + 2 e x y *)
Lemma double_product_ge (e x y : R) : 0 <= `|e| * (x ^+ 2 + y ^+ 2) + (e * (x * y)) *+ 2.
Proof.
case: (ger0P e) => [e_ge0 | /ltW e_le0].
  have -> : e * (x ^+ 2 + y ^+ 2) + (e * (x * y)) *+ 2 = e * (x + y) ^+ 2 by ring.
  by rewrite mulr_ge0 ?sqr_ge0.
have -> : - e * (x ^+ 2 + y ^+ 2) + (e * (x * y)) *+ 2 = - e * (x - y) ^+ 2 by ring.
by rewrite mulr_ge0 ?sqr_ge0 ?oppr_ge0.
Qed.

Lemma diagonal_ge0 E : diagonally_dominant E -> forall i : 'I_n, 0 <= E i i.
Proof.
move=> dominant i; have := dominant i; rewrite -(@pmulrn_lge0 _ _ 2) //.
by apply: le_trans; apply: sumr_ge0 => j _; apply: normr_ge0.
Qed.

(** The form of a symmetric, diagonally dominant matrix is nonnegative (Gershgorin). *)
Lemma dominant_form_ge0 E v :
  (forall i j, E i j = E j i) -> diagonally_dominant E -> 0 <= form E v.
Proof.
move=> symmetric dominant; have diagonal := diagonal_ge0 dominant.
pose w i := v i ^+ 2; pose sums := \sum_(i < n) \sum_(j < n) `|E i j| * w i.
pose weighted := \sum_(i < n) E i i * w i.
have margins : sums <= weighted *+ 2.
  rewrite -sumrMnl; apply: ler_sum => i _; rewrite -mulr_suml -mulrnAl.
  by rewrite ler_wpmul2r ?sqr_ge0.
have mirrored : sums = \sum_(i < n) \sum_(j < n) `|E i j| * w j.
  rewrite /sums exchange_big; apply: eq_bigr => i _; apply: eq_bigr => j _.
  by rewrite symmetric.
have squares : weighted *+ 4 <= sums *+ 2 + form E v *+ 2.
  rewrite mulr2n {2}mirrored -!sumrMnl -!big_split; apply: ler_sum => i _ /=.
  rewrite -sumrMnl -!big_split (bigD1 i) //= -[leLHS]addr0; apply: ler_add.
    by rewrite /w ger0_norm // le_eqVlt; apply/orP; left; apply/eqP; ring.
  by apply: sumr_ge0 => j _; rewrite -mulrDr double_product_ge.
have : weighted *+ 4 <= weighted *+ 4 + form E v *+ 2.
  by apply: le_trans squares _; rewrite ler_add2r (mulrnA _ 2 2) ler_wmuln2r.
by rewrite ler_addl pmulrn_lge0.
Qed.

(** Hence a matrix A with S A S = c L Lᵀ + E has a nonnegative form. *)
Lemma factored_form_ge0 A E L (s : nat -> R) (c : R) (m : nat) v :
    (forall i : 'I_n, s i != 0) -> 0 <= c ->
    (forall i j : 'I_n, s i * s j * A i j = c * (\sum_(k < m) L i k * L j k) + E i j) ->
    (forall i j, E i j = E j i) -> diagonally_dominant E ->
  0 <= form A v.
Proof.
move=> invertible c_ge0 splits symmetric dominant.
pose u (i : 'I_n) := v i / s i.
have -> : form A v = c * (\sum_(k < m) (\sum_(i < n) L i k * u i) ^+ 2) + form E u.
  transitivity (\sum_(i < n) \sum_(j < n)
      (c * (\sum_(k < m) (L i k * u i) * (L j k * u j)) + E i j * (u i * u j))).
    apply: eq_bigr => i _; apply: eq_bigr => j _.
    have -> : A i j * (v i * v j) = s i * s j * A i j * (u i * u j).
      by rewrite /u; field; rewrite !invertible.
    rewrite splits mulrDl -mulrA mulr_suml; congr (c * _ + _).
    by apply: eq_bigr => k _; ring.
  rewrite /form; under eq_bigr do rewrite big_split -mulr_sumr; rewrite big_split -mulr_sumr.
  congr (c * _ + _); under [RHS]eq_bigr do rewrite expr2 big_distrlr.
  rewrite [RHS]exchange_big; apply: eq_bigr => i _ /=.
  by rewrite exchange_big.
rewrite addr_ge0 ?dominant_form_ge0 // mulr_ge0 //.
by apply: sumr_ge0 => k _; apply: sqr_ge0.
Qed.

End Forms.

(** ** Integers *)

(** The entry (i, j) of a matrix given by its rows; 0 where there is none. *)
Definition entry (rows : seq (seq Z)) (i j : nat) : Z := nth Z0 (nth [::] rows i) j.

(** The symmetric matrix with the lower triangle A. *)
Definition symmetric (A : nat -> nat -> Z) (i j : nat) : Z :=
  if (j <= i)%N then A i j else A j i.

Fixpoint dot (u v : seq Z) : Z :=
  if u is x :: u' then if v is y :: v' then Z.add (Z.mul x y) (dot u' v') else Z0 else Z0.

(** S, c and the rows of L, of any lengths *)
Record factor := Factor {
  scales : seq Z;
  weight : Z;
  factor_rows : seq (seq Z)
}.

Section Check.

Variables (n : nat) (A : nat -> nat -> Z) (f : factor).

(** E = S A S − c L Lᵀ *)
Definition remainder (i j : nat) : Z :=
  let row := nth [::] (factor_rows f) in
  Z.sub (Z.mul (Z.mul (nth Z0 (scales f) i) (nth Z0 (scales f) j)) (A i j))
        (Z.mul (weight f) (dot (row i) (row j))).

(** Is the symmetric matrix with the lower triangle A shown by the factor to be positive? *)
Definition positive : bool :=
  let E := symmetric (entry (mkseq (fun i => mkseq (remainder i) i.+1) n)) in
  let moduli i := foldr (fun j sum => Z.add (Z.abs (E i j)) sum) Z0 (iota 0 n) in
  [&& Z.leb Z0 (weight f), all (fun i => ~~ Z.eqb (nth Z0 (scales f) i) Z0) (iota 0 n)
    & all (fun i => Z.leb (moduli i) (Z.mul 2 (E i i))) (iota 0 n)].

End Check.

(** ** From integers to real numbers *)

Section Real.

Variable R : realFieldType.

Definition real (z : Z) : R := (int_of_Z z)%:~R.

Lemma real_zero : real Z0 = 0. Proof. by []. Qed.

Lemma real_add x y : real (Z.add x y) = real x + real y.
Proof. by rewrite /real -[Z.add x y]/(x + y) !rmorphD. Qed.

Lemma real_sub x y : real (Z.sub x y) = real x - real y.
Proof. by rewrite /real -[Z.sub x y]/(x - y) !rmorphB. Qed.

Lemma real_opp x : real (Z.opp x) = - real x.
Proof. by rewrite /real -[Z.opp x]/(- x) !rmorphN. Qed.

Lemma real_mul x y : real (Z.mul x y) = real x * real y.
Proof. by rewrite /real -[Z.mul x y]/(x * y) !rmorphM. Qed.

Lemma real_le x y : (real x <= real y) = Z.leb x y.
Proof. by rewrite /real ler_int; apply/idP/idP; lia. Qed.

Lemma real_lt x y : (real x < real y) = Z.ltb x y.
Proof. by rewrite /real ltr_int; apply/idP/idP; lia. Qed.

Lemma real_abs x : real (Z.abs x) = `|real x|.
Proof. by rewrite /real -intr_norm; congr (_%:~R); lia. Qed.

Lemma real_eq0 x : (real x == 0) = Z.eqb x Z0.
Proof. by rewrite /real intr_eq0; apply/idP/idP; lia. Qed.

Lemma real_dot m u v : (size u <= m)%N ->
  real (dot u v) = \sum_(k < m) real (nth Z0 u k) * real (nth Z0 v k).
Proof.
elim: u v m => [|x u induction] [|y v] m small /=; rewrite ?real_add ?real_mul.
- by rewrite big1 // => k _; rewrite nth_nil mul0r.
- by rewrite big1 // => k _; rewrite nth_nil mul0r.
- by rewrite big1 // => k _; rewrite nth_nil mulr0.
by case: m small => // m small; rewrite big_ord_recl (induction v m).
Qed.

Lemma symmetricC A i j : symmetric A i j = symmetric A j i.
Proof. by rewrite /symmetric; case: ltngtP => // ->. Qed.

Lemma real_symmetric_remainder n A f (i j : 'I_n) m :
    (forall i : 'I_n, size (nth [::] (factor_rows f) i) <= m)%N ->
    let rows := mkseq (fun i => mkseq (remainder A f i) i.+1) n in
    let s i := real (nth Z0 (scales f) i) in
    let L i j := real (entry (factor_rows f) i j) in
  s i * s j * real (symmetric A i j) =
  real (weight f) * (\sum_(k < m) L i k * L j k) + real (symmetric (entry rows) i j).
Proof.
move=> short rows s L; wlog le : i j / (j <= i)%N.
  move=> lower; case: (leqP j i) => [| /ltnW]; first exact: lower.
  move/lower => swapped; rewrite (mulrC (s i)) symmetricC swapped.
  rewrite [symmetric (entry rows) i j]symmetricC.
  by congr (_ * _ + _); apply: eq_bigr => k _; rewrite mulrC.
rewrite /symmetric le /rows /entry !nth_mkseq // /remainder real_sub !real_mul.
by rewrite (real_dot _ (short i)) addrC subrK.
Qed.

(** If the check succeeds, the real form of the symmetric matrix is nonnegative. *)
Theorem positive_sound n (A : nat -> nat -> Z) (f : factor) (v : 'I_n -> R) :
  positive n A f -> 0 <= form (fun i j => real (symmetric A i j)) v.
Proof.
case/and3P => c_ge0 /allP invertible /allP dominant.
have bound (i : 'I_n) : (i : nat) \in iota 0 n by rewrite mem_iota ltn_ord.
pose longest := \max_(i < n) size (nth [::] (factor_rows f) i).
have short (i : 'I_n) : (size (nth [::] (factor_rows f) i) <= longest)%N.
  exact: (leq_bigmax i).
pose E := symmetric (entry (mkseq (fun i => mkseq (remainder A f i) i.+1) n)).
pose s i := real (nth Z0 (scales f) i).
pose L i j := real (entry (factor_rows f) i j).
apply: (@factored_form_ge0 R n _ (fun i j => real (E i j)) L s (real (weight f)) longest).
- by move=> i; rewrite /s real_eq0; apply: invertible.
- by rewrite -real_zero real_le.
- by move=> i j; apply: real_symmetric_remainder.
- by move=> i j; rewrite /E symmetricC.
move=> i; have := dominant i (bound i); rewrite -real_le real_mul -mulr_natl.
suff -> : \sum_(j < n) `|real (E i j)| =
    real (foldr (fun j sum => Z.add (Z.abs (E i j)) sum) Z0 (iota 0 n)) by [].
transitivity (\sum_(j <- iota 0 n) `|real (E i j)|).
  by rewrite -[iota 0 n]val_enum_ord big_map big_enum.
elim: (iota 0 n) => [|j js induction]; first by rewrite big_nil.
by rewrite big_cons induction /= real_add real_abs.
Qed.

End Real.
