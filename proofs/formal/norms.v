(** * Norms

    The Euclidean norm of a column, quadratic forms, the operator norm that belongs to a norm of
    columns, and the two of them that are used: the spectral norm ‖A‖ and the largest row sum ‖A‖_∞.
    A sequence of matrices tends to 0 when one of these norms is at most c rⁿ with 0 ≤ r < 1. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.classical Require Import boolp classical_sets mathcomp_extra.
From mathcomp.algebra_tactics Require Import ring.
From mathcomp.analysis Require Import reals signed topology normedtype sequences.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory Order.TTheory numFieldNormedType.Exports.
Local Open Scope ring_scope.
Local Open Scope classical_set_scope.

Section Norms.

Variable R : realType.
Implicit Types (d : nat) (c : R).

(** vᵀ X v *)
Definition quadratic_form d (X : 'M[R]_d) (v : 'cV[R]_d) : R := (v^T *m X *m v) 0 0.

(** ‖v‖, the square root of vᵀ v *)
Definition euclidean_norm d (v : 'cV[R]_d) : R := Num.sqrt (\sum_i v i 0 ^+ 2).

(** ‖v‖_∞ *)
Definition maximum_norm d (v : 'cV[R]_d) : R := \big[Num.max/0]_i `|v i 0|.

(** sup {N(A v) : N(v) ≤ 1} *)
Definition operator_norm d (N : 'cV[R]_d -> R) (A : 'M[R]_d) : R :=
  sup [set N (A *m v) | v in [set v | N v <= 1]].

(** ‖A‖ *)
Definition spectral_norm d (A : 'M[R]_d) : R := operator_norm (@euclidean_norm d) A.

(** max_i Σ_j |a_ij| *)
Definition row_sum_norm d (A : 'M[R]_d) : R := \big[Num.max/0]_i \sum_j `|A i j|.

(** (Σ a_i b_i)² ≤ Σ a_i² Σ b_i² *)
Lemma cauchy_schwarz (I : finType) (a b : I -> R) :
  (\sum_i a i * b i) ^+ 2 <= (\sum_i a i ^+ 2) * (\sum_i b i ^+ 2).
Proof.
set s := \sum_i a i * b i; set u := \sum_i a i ^+ 2; set w := \sum_i b i ^+ 2.
have sum_ge0 (f : I -> R) : 0 <= \sum_i f i ^+ 2 by apply: sumr_ge0 => i _; exact: sqr_ge0.
have expanded : \sum_i (w * a i - s * b i) ^+ 2 = w * (u * w - s ^+ 2).
  transitivity (\sum_i (w ^+ 2 * a i ^+ 2 - (w * s *+ 2) * (a i * b i) + s ^+ 2 * b i ^+ 2)).
    by apply: eq_bigr => i _; ring.
  rewrite big_split sumrB -!mulr_sumr -/s -/u -/w /=; ring.
have [w_eq0|w_neq0] := eqVneq w 0; last first.
  rewrite -subr_ge0 -(pmulr_rge0 _ (_ : 0 < w)) -?expanded ?sum_ge0 //.
  by rewrite lt_neqAle eq_sym w_neq0 sum_ge0.
suff -> : s = 0 by rewrite expr0n mulr_ge0 ?sum_ge0.
apply: big1 => i _; apply/eqP; rewrite mulf_eq0 -[b i == 0]sqrf_eq0.
by rewrite (psumr_eq0P _ w_eq0) ?eqxx ?orbT // => j _; exact: sqr_ge0.
Qed.

(** *** The Euclidean norm *)

Lemma euclidean_norm_ge0 d (v : 'cV[R]_d) : 0 <= euclidean_norm v.
Proof. exact: sqrtr_ge0. Qed.

Lemma euclidean_norm_squared d (v : 'cV[R]_d) : euclidean_norm v ^+ 2 = \sum_i v i 0 ^+ 2.
Proof. by rewrite sqr_sqrtr //; apply: sumr_ge0 => i _; exact: sqr_ge0. Qed.

(** vᵀ X v = Σ_ij v_i x_ij v_j *)
Lemma quadratic_form_sum d (X : 'M[R]_d) (v : 'cV[R]_d) :
  quadratic_form X v = \sum_i \sum_j v i 0 * X i j * v j 0.
Proof.
rewrite /quadratic_form -mulmxA mxE; apply: eq_bigr => i _.
by rewrite !mxE mulr_sumr; apply: eq_bigr => j _; rewrite mulrA.
Qed.

(** vᵀ v = ‖v‖² *)
Lemma quadratic_form_1 d (v : 'cV[R]_d) : quadratic_form 1%:M v = euclidean_norm v ^+ 2.
Proof.
rewrite euclidean_norm_squared /quadratic_form mulmx1 mxE.
by apply: eq_bigr => i _; rewrite mxE.
Qed.

(** ‖v‖ ≤ a from ‖v‖² ≤ a² *)
Lemma euclidean_norm_le d (v : 'cV[R]_d) a : 0 <= a ->
  (euclidean_norm v <= a) = (\sum_i v i 0 ^+ 2 <= a ^+ 2).
Proof.
by move=> a_ge0; rewrite -euclidean_norm_squared ler_pexpn2r ?nnegrE ?euclidean_norm_ge0.
Qed.

Lemma euclidean_normZ d c (v : 'cV[R]_d) : euclidean_norm (c *: v) = `|c| * euclidean_norm v.
Proof.
rewrite /euclidean_norm -sqrtr_sqr -sqrtrM ?sqr_ge0 // mulr_sumr.
by congr Num.sqrt; apply: eq_bigr => i _; rewrite mxE exprMn.
Qed.

(** |v_i| ≤ ‖v‖ *)
Lemma entry_le_euclidean_norm d (v : 'cV[R]_d) i : `|v i 0| <= euclidean_norm v.
Proof.
rewrite -sqrtr_sqr ler_wsqrtr // (bigD1 i) //= ler_addl.
by apply: sumr_ge0 => j _; exact: sqr_ge0.
Qed.

Lemma euclidean_norm_eq0 d (v : 'cV[R]_d) : euclidean_norm v = 0 -> v = 0.
Proof.
move=> v_eq0; apply/colP => i; apply/eqP.
by rewrite mxE -normr_le0 -v_eq0 entry_le_euclidean_norm.
Qed.

(** ‖v + w‖ ≤ ‖v‖ + ‖w‖ *)
Lemma euclidean_normD d (v w : 'cV[R]_d) :
  euclidean_norm (v + w) <= euclidean_norm v + euclidean_norm w.
Proof.
rewrite euclidean_norm_le ?addr_ge0 ?euclidean_norm_ge0 // sqrrD !euclidean_norm_squared.
have -> : \sum_i (v + w) i 0 ^+ 2
    = \sum_i v i 0 ^+ 2 + (\sum_i v i 0 * w i 0) *+ 2 + \sum_i w i 0 ^+ 2.
  rewrite -sumrMnl -!big_split; apply: eq_bigr => i _ /=.
  by rewrite mxE sqrrD.
rewrite ler_add2r ler_add2l ler_muln2r /= (le_trans (ler_norm _)) //.
rewrite -(ler_pexpn2r (_ : 0 < 2)%N) ?nnegrE ?mulr_ge0 ?euclidean_norm_ge0 //.
by rewrite real_normK ?num_real // exprMn !euclidean_norm_squared cauchy_schwarz.
Qed.

(** ‖A v‖² ≤ Σ a_ij² ‖v‖² *)
Lemma euclidean_norm_mulmx_finite d (A : 'M[R]_d) :
  exists C, forall v : 'cV[R]_d, euclidean_norm (A *m v) <= C * euclidean_norm v.
Proof.
pose C := \sum_i \sum_j A i j ^+ 2.
have C_ge0 : 0 <= C by do 2!apply: sumr_ge0 => ? _; exact: sqr_ge0.
exists (Num.sqrt C) => v.
rewrite euclidean_norm_le ?mulr_ge0 ?sqrtr_ge0 ?euclidean_norm_ge0 //.
rewrite exprMn sqr_sqrtr // euclidean_norm_squared mulr_suml; apply: ler_sum => i _.
by rewrite mxE cauchy_schwarz.
Qed.

(** *** The maximum norm *)

Lemma maximum_norm_ge0 d (v : 'cV[R]_d) : 0 <= maximum_norm v.
Proof. by apply/bigmax_geP; left. Qed.

(** |v_i| ≤ ‖v‖_∞ *)
Lemma entry_le_maximum_norm d (v : 'cV[R]_d) i : `|v i 0| <= maximum_norm v.
Proof. exact: (le_bigmax _ (fun i => `|v i 0|)). Qed.

Lemma maximum_norm_eq0 d (v : 'cV[R]_d) : maximum_norm v = 0 -> v = 0.
Proof.
move=> v_eq0; apply/colP => i; apply/eqP.
by rewrite mxE -normr_le0 -v_eq0 entry_le_maximum_norm.
Qed.

Lemma maximum_norm_le d (v : 'cV[R]_d) a : 0 <= a -> (forall i, `|v i 0| <= a) ->
  maximum_norm v <= a.
Proof. by move=> a_ge0 v_le; apply/bigmax_leP. Qed.

Lemma maximum_normZ d c (v : 'cV[R]_d) : maximum_norm (c *: v) = `|c| * maximum_norm v.
Proof.
apply/eqP; rewrite eq_le; apply/andP; split.
  apply: maximum_norm_le => [|i]; first by rewrite mulr_ge0 ?maximum_norm_ge0.
  by rewrite mxE normrM ler_wpmul2l ?entry_le_maximum_norm.
have [->|c_neq0] := eqVneq c 0; first by rewrite normr0 mul0r maximum_norm_ge0.
rewrite -ler_pdivl_mull ?normr_gt0 //; apply: maximum_norm_le => [|i].
  by rewrite mulr_ge0 ?invr_ge0 ?maximum_norm_ge0.
rewrite ler_pdivl_mull ?normr_gt0 // -normrM.
by have := entry_le_maximum_norm (c *: v) i; rewrite mxE.
Qed.

Lemma row_sum_norm_ge0 d (A : 'M[R]_d) : 0 <= row_sum_norm A.
Proof. by apply/bigmax_geP; left. Qed.

(** Σ_j |a_ij| ≤ ‖A‖_∞ *)
Lemma row_le_row_sum_norm d (A : 'M[R]_d) i : \sum_j `|A i j| <= row_sum_norm A.
Proof. exact: (le_bigmax _ (fun i => \sum_j `|A i j|)). Qed.

Lemma row_sum_norm_le d (A : 'M[R]_d) a : 0 <= a -> (forall i, \sum_j `|A i j| <= a) ->
  row_sum_norm A <= a.
Proof. by move=> a_ge0 A_le; apply/bigmax_leP. Qed.

(** ‖A v‖_∞ ≤ ‖A‖_∞ ‖v‖_∞ *)
Lemma maximum_norm_mulmx d (A : 'M[R]_d) (v : 'cV[R]_d) :
  maximum_norm (A *m v) <= row_sum_norm A * maximum_norm v.
Proof.
apply: maximum_norm_le => [|i]; first by rewrite mulr_ge0 ?row_sum_norm_ge0 ?maximum_norm_ge0.
rewrite mxE (le_trans (ler_norm_sum _ _ _)) //.
apply: le_trans (ler_wpmul2r (maximum_norm_ge0 v) (row_le_row_sum_norm A i)).
rewrite mulr_suml; apply: ler_sum => j _.
by rewrite normrM ler_wpmul2l ?entry_le_maximum_norm.
Qed.

End Norms.

(** *** Operator norms *)

Section OperatorNorm.

Variables (R : realType) (d : nat) (N : 'cV[R]_d -> R).
Hypothesis N_ge0 : forall v, 0 <= N v.
Hypothesis N_scale : forall c (v : 'cV[R]_d), N (c *: v) = `|c| * N v.
Hypothesis N_eq0 : forall v, N v = 0 -> v = 0.
Hypothesis N_mulmx_finite : forall A, exists C, forall v, N (A *m v) <= C * N v.

Let N_0 : N 0 = 0.
Proof. by rewrite -(scale0r 0) N_scale normr0 mul0r. Qed.

Let nonempty A : [set N (A *m v) | v in [set v | N v <= 1]] !=set0.
Proof. by exists (N (A *m 0)), 0 => //=; rewrite N_0 ler01. Qed.

Lemma operator_norm_has_sup (A : 'M[R]_d) : has_sup [set N (A *m v) | v in [set v | N v <= 1]].
Proof.
split; first exact: nonempty.
have [C C_bound] := N_mulmx_finite A; exists `|C| => _ [v /= Nv_le1 <-].
rewrite (le_trans (C_bound v)) // (le_trans (ler_wpmul2r (N_ge0 v) (ler_norm C))) //.
by rewrite ler_pimulr.
Qed.

(** N(A v) ≤ N(A) N(v) *)
Lemma operator_norm_mulmx_column (A : 'M[R]_d) v : N (A *m v) <= operator_norm N A * N v.
Proof.
have [/N_eq0 ->|Nv_neq0] := eqVneq (N v) 0; first by rewrite mulmx0 N_0 mulr0.
have Nv_gt0 : 0 < N v by rewrite lt_neqAle eq_sym Nv_neq0 N_ge0.
rewrite -ler_pdivr_mulr // mulrC -[(N v)^-1]ger0_norm ?invr_ge0 // -N_scale scalemxAr.
apply: sup_upper_bound; first exact: operator_norm_has_sup.
by exists ((N v)^-1 *: v) => //=; rewrite N_scale ger0_norm ?invr_ge0 // mulVf.
Qed.

(** N(A) is the least such factor. *)
Lemma operator_norm_le (A : 'M[R]_d) c : 0 <= c -> (forall v, N (A *m v) <= c * N v) ->
  operator_norm N A <= c.
Proof.
move=> c_ge0 A_le; apply: sup_le_ub; first exact: nonempty.
by move=> _ [v /= Nv_le1 <-]; rewrite (le_trans (A_le v)) // ler_pimulr.
Qed.

Lemma operator_norm_ge0 (A : 'M[R]_d) : 0 <= operator_norm N A.
Proof.
apply: le_trans (N_ge0 (A *m 0)) _; apply: sup_upper_bound; first exact: operator_norm_has_sup.
by exists 0 => //=; rewrite N_0 ler01.
Qed.

(** N(A B) ≤ N(A) N(B) *)
Lemma operator_norm_mulmx (A B : 'M[R]_d) :
  operator_norm N (A *m B) <= operator_norm N A * operator_norm N B.
Proof.
apply: operator_norm_le => [|v]; first by rewrite mulr_ge0 ?operator_norm_ge0.
rewrite -mulmxA (le_trans (operator_norm_mulmx_column _ _)) // -mulrA.
by rewrite ler_wpmul2l ?operator_norm_ge0 ?operator_norm_mulmx_column.
Qed.

End OperatorNorm.

(** *** The spectral norm and the row sum norm *)

Section MatrixNorms.

Variable R : realType.
Implicit Types (d : nat) (c : R).

(** ‖A v‖ ≤ ‖A‖ ‖v‖ *)
Lemma euclidean_norm_mulmx d (A : 'M[R]_d) (v : 'cV[R]_d) :
  euclidean_norm (A *m v) <= spectral_norm A * euclidean_norm v.
Proof.
apply: operator_norm_mulmx_column; first exact: euclidean_norm_ge0.
- exact: euclidean_normZ.
- exact: euclidean_norm_eq0.
- exact: euclidean_norm_mulmx_finite.
Qed.

(** ‖A‖ is the least such factor. *)
Lemma spectral_norm_le d (A : 'M[R]_d) c : 0 <= c ->
  (forall v : 'cV[R]_d, euclidean_norm (A *m v) <= c * euclidean_norm v) -> spectral_norm A <= c.
Proof. by apply: operator_norm_le; exact: euclidean_normZ. Qed.

Lemma spectral_norm_ge0 d (A : 'M[R]_d) : 0 <= spectral_norm A.
Proof.
apply: operator_norm_ge0; first exact: euclidean_norm_ge0.
- exact: euclidean_normZ.
- exact: euclidean_norm_mulmx_finite.
Qed.

(** |a_ij| ≤ ‖A‖ *)
Lemma entry_le_spectral_norm d (A : 'M[R]_d) i j : `|A i j| <= spectral_norm A.
Proof.
pose e : 'cV[R]_d := delta_mx j 0.
have e_norm : euclidean_norm e = 1.
  rewrite /euclidean_norm (bigD1 j) //= big1 => [|k k_neq_j]; rewrite mxE ?eqxx.
    by rewrite expr1n addr0 sqrtr1.
  by rewrite (negPf k_neq_j) expr0n.
have -> : A i j = (A *m e) i 0 by rewrite -colE mxE.
apply: le_trans (entry_le_euclidean_norm _ _) _.
by rewrite -[spectral_norm A]mulr1 -e_norm euclidean_norm_mulmx.
Qed.

(** ‖A B‖ ≤ ‖A‖ ‖B‖ *)
Lemma spectral_norm_mulmx d (A B : 'M[R]_d) :
  spectral_norm (A *m B) <= spectral_norm A * spectral_norm B.
Proof.
apply: operator_norm_mulmx; first exact: euclidean_norm_ge0.
- exact: euclidean_normZ.
- exact: euclidean_norm_eq0.
- exact: euclidean_norm_mulmx_finite.
Qed.

(** ‖A + B‖ ≤ ‖A‖ + ‖B‖ *)
Lemma spectral_normD d (A B : 'M[R]_d) :
  spectral_norm (A + B) <= spectral_norm A + spectral_norm B.
Proof.
apply: spectral_norm_le => [|v]; first by rewrite addr_ge0 ?spectral_norm_ge0.
by rewrite mulmxDl mulrDl (le_trans (euclidean_normD _ _)) ?ler_add ?euclidean_norm_mulmx.
Qed.

Lemma spectral_norm_1 d : spectral_norm (1%:M : 'M[R]_d) <= 1.
Proof. by apply: spectral_norm_le => // v; rewrite mul1mx mul1r. Qed.

(** The operator norm of the maximum norm is the largest row sum. *)
Lemma operator_norm_maximum_norm d (A : 'M[R]_d) :
  operator_norm (@maximum_norm R d) A = row_sum_norm A.
Proof.
have mulmx_finite (B : 'M[R]_d) : exists C, forall v, maximum_norm (B *m v) <= C * maximum_norm v.
  by exists (row_sum_norm B); exact: maximum_norm_mulmx.
apply/eqP; rewrite eq_le; apply/andP; split.
  apply: operator_norm_le; [exact: maximum_normZ | exact: row_sum_norm_ge0 |].
  exact: maximum_norm_mulmx.
have norm_ge0 : 0 <= operator_norm (@maximum_norm R d) A.
  by apply: operator_norm_ge0 => //; [exact: maximum_norm_ge0 | exact: maximum_normZ].
apply: row_sum_norm_le => // i.
pose v : 'cV[R]_d := \col_j Num.sg (A i j).
have v_le1 : maximum_norm v <= 1.
  by apply: maximum_norm_le => // j; rewrite mxE normr_sg lern1 leq_b1.
have -> : \sum_j `|A i j| = (A *m v) i 0.
  by rewrite mxE; apply: eq_bigr => j _; rewrite mxE mulrC normrEsg.
apply: le_trans (ler_norm _) (le_trans (entry_le_maximum_norm _ _) _).
apply: le_trans (operator_norm_mulmx_column _ _ _ mulmx_finite _ _) _ => //.
- exact: maximum_norm_ge0.
- exact: maximum_normZ.
- exact: maximum_norm_eq0.
- by rewrite ler_pimulr.
Qed.

(** |a_ij| ≤ ‖A‖_∞ *)
Lemma entry_le_row_sum_norm d (A : 'M[R]_d) i j : `|A i j| <= row_sum_norm A.
Proof.
apply: le_trans (row_le_row_sum_norm A i).
by rewrite (bigD1 j) //= ler_addl; apply: sumr_ge0.
Qed.

(** ‖A B‖_∞ ≤ ‖A‖_∞ ‖B‖_∞ *)
Lemma row_sum_norm_mulmx d (A B : 'M[R]_d) :
  row_sum_norm (A *m B) <= row_sum_norm A * row_sum_norm B.
Proof.
rewrite -!operator_norm_maximum_norm; apply: operator_norm_mulmx; first exact: maximum_norm_ge0.
- exact: maximum_normZ.
- exact: maximum_norm_eq0.
- by move=> C; exists (row_sum_norm C); exact: maximum_norm_mulmx.
Qed.

(** *** Limits of matrices *)

(** The norm of the normed space of matrices is max |a_ij|, so it's at most every bound of them. *)
Lemma matrix_norm_le d (A : 'M[R]_d.+1) b : 0 <= b -> (forall i j, `|A i j| <= b) -> `|A| <= b.
Proof.
by move=> b_ge0 A_le; rewrite [X in X <= _]mx_normrE; apply/bigmax_leP; split.
Qed.

(** A_n → 0 if |a_ij| ≤ b_n → 0 *)
Lemma cvg_matrix_0 d (A : nat -> 'M[R]_d.+1) (b : nat -> R) :
  (forall n i j, `|A n i j| <= b n) -> b --> (0 : R) -> A --> (0 : 'M[R]_d.+1).
Proof.
move=> A_le b_cvg; apply: norm_cvg0.
apply: (@squeeze_cvgr _ _ _ _ (fun=> 0) _ b) b_cvg; [near=> n | exact: cvg_cst].
rewrite normr_ge0 matrix_norm_le //=.
exact: le_trans (normr_ge0 _) (A_le n 0 0).
Unshelve. all: by end_near. Qed.

(** c rⁿ → 0 *)
Lemma cvg_geometric_0 c r : 0 <= r < 1 -> (fun n => c * r ^+ n) --> (0 : R).
Proof.
move=> /andP[r_ge0 r_lt1]; rewrite -[X in _ --> X](mulr0 c).
by apply: cvgMr; apply: cvg_expr; rewrite ger0_norm.
Qed.

(** A_n → 0 if ‖A_n‖ ≤ c rⁿ with 0 ≤ r < 1 *)
Lemma spectral_norm_cvg_0 d (A : nat -> 'M[R]_d.+1) c r : 0 <= r < 1 ->
  (forall n, spectral_norm (A n) <= c * r ^+ n) -> A --> (0 : 'M[R]_d.+1).
Proof.
move=> r_range A_le; apply: cvg_matrix_0 (cvg_geometric_0 c r_range) => n i j.
exact: le_trans (entry_le_spectral_norm _ _ _) (A_le n).
Qed.

(** A_n → 0 if ‖A_n‖_∞ ≤ c rⁿ with 0 ≤ r < 1 *)
Lemma row_sum_norm_cvg_0 d (A : nat -> 'M[R]_d.+1) c r : 0 <= r < 1 ->
  (forall n, row_sum_norm (A n) <= c * r ^+ n) -> A --> (0 : 'M[R]_d.+1).
Proof.
move=> r_range A_le; apply: cvg_matrix_0 (cvg_geometric_0 c r_range) => n i j.
exact: le_trans (entry_le_row_sum_norm _ _ _) (A_le n).
Qed.

End MatrixNorms.
