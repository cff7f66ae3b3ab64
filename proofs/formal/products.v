(** * Products with diagonal factors

    What a diagonal matrix does to an absolute norm of columns and to a diagonal form, and the bound
    on ∏ diag(e_k) W by a norm that no diag(e_k) enlarges by more than the factor γ. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.classical Require Import classical_sets.
From mathcomp.analysis Require Import reals signed topology normedtype.
From gradproof Require Import network norms realisation.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory Order.TTheory numFieldNormedType.Exports.
Local Open Scope ring_scope.
Local Open Scope classical_set_scope.

Section Diagonal.

Variables (R : realType) (dim : nat).
Implicit Types (p s t v : 'cV[R]_dim.+1) (gamma : R).

Lemma diagonal_mulmx_entry s v i : (diagonal s *m v) i 0 = s i 0 * v i 0.
Proof. by rewrite /diagonal mul_diag_mx !mxE. Qed.

(** diag(s) diag(t) v = diag(t) diag(s) v *)
Lemma diagonal_mulmxC s t v : diagonal s *m (diagonal t *m v) = diagonal t *m (diagonal s *m v).
Proof. by apply/colP => i; rewrite !diagonal_mulmx_entry mulrCA. Qed.

Lemma diagonal_unitmx s : (forall i, s i 0 != 0) -> diagonal s \in unitmx.
Proof.
move=> s_neq0; rewrite unitmxE /diagonal det_diag unitfE.
by apply/prodf_neq0 => i _; rewrite mxE.
Qed.

(** vᵀ diag(t) v = Σ t_i v_i² *)
Lemma quadratic_form_diagonal t v : quadratic_form (diagonal t) v = \sum_i t i 0 * v i 0 ^+ 2.
Proof.
rewrite /quadratic_form -mulmxA mxE; apply: eq_bigr => i _.
by rewrite diagonal_mulmx_entry mxE mulrCA expr2.
Qed.

(** (A v)ᵀ X (A v) = vᵀ (Aᵀ X A) v *)
Lemma quadratic_form_mulmx (X A : 'M[R]_dim.+1) v :
  quadratic_form X (A *m v) = quadratic_form (A^T *m X *m A) v.
Proof. by rewrite /quadratic_form trmx_mul !mulmxA. Qed.

(** ‖S v‖² = vᵀ S² v for S = diag(s) *)
Lemma euclidean_norm_diagonal_squared s v :
  euclidean_norm (diagonal s *m v) ^+ 2 = quadratic_form (diagonal (\col_i (s i 0 ^+ 2))) v.
Proof.
rewrite euclidean_norm_squared quadratic_form_diagonal; apply: eq_bigr => i _.
by rewrite diagonal_mulmx_entry exprMn mxE.
Qed.

(** μ ‖v‖² ≤ vᵀ diag(p) v ≤ M ‖v‖² if μ ≤ p_i ≤ M *)
Lemma diagonal_form_bounds p v (mu M : R) : (forall i, mu <= p i 0 <= M) ->
  mu * euclidean_norm v ^+ 2 <= quadratic_form (diagonal p) v <= M * euclidean_norm v ^+ 2.
Proof.
move=> p_within; rewrite euclidean_norm_squared quadratic_form_diagonal !mulr_sumr.
by apply/andP; split; apply: ler_sum => i _; rewrite ler_wpmul2r ?sqr_ge0 //;
  have /andP[] := p_within i.
Qed.

(** Positive numbers p_i lie between two positive numbers. *)
Lemma positive_entries_within p : (forall i, 0 < p i 0) ->
  exists mu M : R, 0 < mu /\ forall i, mu <= p i 0 <= M.
Proof.
move=> p_gt0.
have le_sum (f : 'I_dim.+1 -> R) : (forall i, 0 < f i) -> forall i, 0 < f i <= \sum_j f j.
  by move=> f_gt0 i; rewrite f_gt0 (bigD1 i) //= ler_addl sumr_ge0 // => j _; exact: ltW.
have pV_gt0 i : 0 < (p i 0)^-1 by rewrite invr_gt0.
have sum_gt0 : 0 < \sum_j (p j 0)^-1.
  by have /andP[] := le_sum (fun j => (p j 0)^-1) pV_gt0 0; exact: lt_le_trans.
exists (\sum_j (p j 0)^-1)^-1, (\sum_j p j 0); split=> [|i]; first by rewrite invr_gt0.
have /andP[_ ->] := le_sum (fun j => p j 0) p_gt0 i; rewrite andbT.
rewrite -[leRHS]invrK lef_pinv ?posrE //.
by have /andP[] := le_sum (fun j => (p j 0)^-1) pV_gt0 i.
Qed.

(** ‖A‖ ≤ √(M/μ) ρ if (A v)ᵀ X (A v) ≤ ρ² vᵀ X v and μ ‖v‖² ≤ vᵀ X v ≤ M ‖v‖² for all v *)
Lemma spectral_norm_of_form (X A : 'M[R]_dim.+1) (mu M rho : R) : 0 < mu -> 0 <= rho ->
    (forall v, mu * euclidean_norm v ^+ 2 <= quadratic_form X v <= M * euclidean_norm v ^+ 2) ->
    (forall v, quadratic_form X (A *m v) <= rho ^+ 2 * quadratic_form X v) ->
  spectral_norm A <= Num.sqrt (M / mu) * rho.
Proof.
move=> mu_gt0 rho_ge0 X_within A_form.
apply: spectral_norm_le => [|v]; first by rewrite mulr_ge0 ?sqrtr_ge0.
have [v_eq0|v_neq0] := eqVneq (euclidean_norm v) 0.
  have /andP[lower _] := X_within (A *m v); have /andP[_ upper] := X_within v.
  have := le_trans lower (le_trans (A_form v) (ler_wpmul2l (sqr_ge0 rho) upper)).
  by rewrite v_eq0 expr0n !mulr0 pmulr_rle0 // euclidean_norm_le // expr0n euclidean_norm_squared.
have v_gt0 : 0 < euclidean_norm v ^+ 2 by rewrite exprn_even_gt0.
have M_ge0 : 0 <= M / mu.
  have /andP[lower upper] := X_within v; have := le_trans lower upper.
  by rewrite ler_pmul2r // => mu_le; rewrite divr_ge0 ?(ltW mu_gt0) // (le_trans _ mu_le) // ltW.
rewrite euclidean_norm_le ?mulr_ge0 ?sqrtr_ge0 ?euclidean_norm_ge0 //.
rewrite -euclidean_norm_squared !exprMn (sqr_sqrtr M_ge0) (mulrAC M) (mulrAC (M * _)).
rewrite ler_pdivl_mulr // [leLHS]mulrC.
have /andP[lower _] := X_within (A *m v); have /andP[_ upper] := X_within v.
apply: le_trans lower (le_trans (A_form v) _).
by rewrite (le_trans (ler_wpmul2l (sqr_ge0 rho) upper)) // mulrA (mulrC M).
Qed.

End Diagonal.

(** An absolute norm of columns: N(v) ≤ N(w) if |v_i| ≤ |w_i| for all i. *)
Record absolute_norm (R : realType) (dim : nat) (N : 'cV[R]_dim.+1 -> R) : Prop := AbsoluteNorm {
  absolute_normD : forall v w : 'cV[R]_dim.+1, N (v + w) <= N v + N w;
  absolute_normZ : forall (c : R) (v : 'cV[R]_dim.+1), N (c *: v) = `|c| * N v;
  absolute_norm_eq0 : forall v, N v = 0 -> v = 0;
  absolute_norm_monotone : forall v w : 'cV[R]_dim.+1,
    (forall i, `|v i 0| <= `|w i 0|) -> N v <= N w
}.

Section AbsoluteNorm.

Variables (R : realType) (dim : nat) (N : 'cV[R]_dim.+1 -> R) (N_absolute : absolute_norm N).
Implicit Types (s v : 'cV[R]_dim.+1) (A : 'M[R]_dim.+1).

Let unit_column (i : 'I_dim.+1) : 'cV[R]_dim.+1 := delta_mx i 0.

Lemma absolute_norm_0 : N 0 = 0.
Proof. by rewrite -(scale0r 0) (absolute_normZ N_absolute) normr0 mul0r. Qed.

Lemma absolute_norm_ge0 v : 0 <= N v.
Proof.
rewrite -absolute_norm_0; apply: (absolute_norm_monotone N_absolute) => i.
by rewrite mxE normr0.
Qed.

(** N(diag(s) v) ≤ γ N(v) if every |s_i| ≤ γ *)
Lemma absolute_norm_diagonal s v gamma : (forall i, `|s i 0| <= gamma) ->
  N (diagonal s *m v) <= gamma * N v.
Proof.
move=> s_le; have gamma_ge0 : 0 <= gamma by exact: le_trans (s_le 0).
rewrite -[gamma]ger0_norm // -(absolute_normZ N_absolute).
apply: (absolute_norm_monotone N_absolute) => i.
by rewrite diagonal_mulmx_entry mxE !normrM ler_wpmul2r // (ger0_norm gamma_ge0).
Qed.

Let unit_column_gt0 i : 0 < N (unit_column i).
Proof.
rewrite lt_neqAle absolute_norm_ge0 andbT eq_sym; apply/eqP => /(absolute_norm_eq0 N_absolute).
by move=> /colP/(_ i)/eqP; rewrite !mxE !eqxx oner_eq0.
Qed.

(** |v_i| ≤ N(v)/N(e_i) *)
Let entry_le v i : `|v i 0| <= N v / N (unit_column i).
Proof.
rewrite ler_pdivl_mulr // -(absolute_normZ N_absolute).
apply: (absolute_norm_monotone N_absolute) => j; rewrite !mxE andbT.
by case: eqP => [->|_]; rewrite ?mulr1 // mulr0 normr0.
Qed.

(** N(v) ≤ Σ |v_i| N(e_i) *)
Let norm_le_sum v : N v <= \sum_i `|v i 0| * N (unit_column i).
Proof.
have {1}-> : v = \sum_i v i 0 *: unit_column i.
  apply/colP => j; rewrite summxE (bigD1 j) //= big1 => [|i i_neq_j].
    by rewrite !mxE !eqxx mulr1 addr0.
  by rewrite !mxE eq_sym (negPf i_neq_j) mulr0.
apply: (big_ind2 (fun w a => N w <= a)) => [|w a w' a' w_le w'_le|i _].
- by rewrite absolute_norm_0.
- by apply: le_trans (absolute_normD N_absolute _ _) _; exact: ler_add.
- by rewrite (absolute_normZ N_absolute).
Qed.

Lemma absolute_norm_mulmx_finite A : exists C, forall v, N (A *m v) <= C * N v.
Proof.
exists (\sum_i (\sum_j `|A i j| / N (unit_column j)) * N (unit_column i)) => v.
rewrite mulr_suml; apply: le_trans (norm_le_sum _) _; apply: ler_sum => i _.
rewrite mulrAC ler_wpmul2r ?absolute_norm_ge0 // mxE (le_trans (ler_norm_sum _ _ _)) //.
rewrite mulr_suml; apply: ler_sum => j _.
by rewrite normrM -mulrA ler_wpmul2l // mulrC entry_le.
Qed.

(** N(A v) ≤ N(A) N(v) *)
Lemma absolute_norm_mulmx A v : N (A *m v) <= operator_norm N A * N v.
Proof.
apply: operator_norm_mulmx_column; first exact: absolute_norm_ge0.
- exact: (absolute_normZ N_absolute).
- exact: (absolute_norm_eq0 N_absolute).
- exact: absolute_norm_mulmx_finite.
Qed.

Lemma absolute_operator_norm_ge0 A : 0 <= operator_norm N A.
Proof.
apply: operator_norm_ge0; first exact: absolute_norm_ge0.
- exact: (absolute_normZ N_absolute).
- exact: absolute_norm_mulmx_finite.
Qed.

(** |a_ij| ≤ c N(A) for a constant c of the norm *)
Lemma entry_le_operator_norm : exists c, forall A i j, `|A i j| <= c * operator_norm N A.
Proof.
pose ratio i j := N (unit_column j) / N (unit_column i).
have ratio_ge0 i j : 0 <= ratio i j by rewrite divr_ge0 ?absolute_norm_ge0.
exists (\sum_i \sum_j ratio i j) => A i j.
have -> : A i j = (A *m unit_column j) i 0 by rewrite -colE mxE.
apply: le_trans (entry_le _ _) (le_trans (_ : _ <= ratio i j * operator_norm N A) _).
  by rewrite mulrAC ler_wpmul2r ?invr_ge0 ?absolute_norm_ge0 // mulrC absolute_norm_mulmx.
rewrite ler_wpmul2r ?absolute_operator_norm_ge0 // (bigD1 i) //= (bigD1 j) //= -addrA ler_addl.
by rewrite addr_ge0 ?sumr_ge0 // => k _; exact: sumr_ge0.
Qed.

(** A_n → 0 if N(A_n) ≤ c rⁿ with 0 ≤ r < 1 *)
Lemma operator_norm_cvg_0 (A : nat -> 'M[R]_dim.+1) (c r : R) : 0 <= r < 1 ->
  (forall n, operator_norm N (A n) <= c * r ^+ n) -> A --> (0 : 'M[R]_dim.+1).
Proof.
move=> r_range A_le; have [b entry_b] := entry_le_operator_norm.
apply: cvg_matrix_0 (cvg_geometric_0 (`|b| * c) r_range) => n i j.
apply: le_trans (entry_b _ _ _) _; rewrite -mulrA.
apply: le_trans (ler_wpmul2l (normr_ge0 b) (A_le n)).
by rewrite ler_wpmul2r ?absolute_operator_norm_ge0 ?ler_norm.
Qed.

(** N(S v) is an absolute norm of v if S = diag(s) is invertible, … *)
Lemma absolute_norm_scaled s : (forall i, s i 0 != 0) ->
  absolute_norm (fun v => N (diagonal s *m v)).
Proof.
move=> s_neq0; have S_unit := diagonal_unitmx s_neq0.
split=> [v w|c v|v|v w v_le].
- by rewrite mulmxDr (absolute_normD N_absolute).
- by rewrite -scalemxAr (absolute_normZ N_absolute).
- by move=> /(absolute_norm_eq0 N_absolute) Sv; rewrite -(mulKmx S_unit v) Sv mulmx0.
- apply: (absolute_norm_monotone N_absolute) => i.
  by rewrite !diagonal_mulmx_entry !normrM ler_wpmul2l.
Qed.

(** … and its operator norm of A is N(S A S⁻¹). *)
Lemma operator_norm_scaled s A : (forall i, s i 0 != 0) ->
  operator_norm (fun v => N (diagonal s *m v)) A
  = operator_norm N (diagonal s *m A *m invmx (diagonal s)).
Proof.
move=> s_neq0; have S_unit := diagonal_unitmx s_neq0.
rewrite /operator_norm; congr sup; apply/seteqP; split=> _ [v /= v_le1 <-].
  by exists (diagonal s *m v) => //; rewrite -!mulmxA mulKmx.
by exists (invmx (diagonal s) *m v) => /=; rewrite ?mulKVmx // !mulmxA.
Qed.

End AbsoluteNorm.

Lemma euclidean_norm_absolute (R : realType) (dim : nat) :
  absolute_norm (@euclidean_norm R dim.+1).
Proof.
split; [exact: euclidean_normD | exact: euclidean_normZ | exact: euclidean_norm_eq0 |] => v w v_le.
apply: ler_wsqrtr; apply: ler_sum => i _.
by rewrite -[leLHS]real_normK ?num_real // -[leRHS]real_normK ?num_real // ler_pexpn2r ?nnegrE.
Qed.

Lemma maximum_norm_absolute (R : realType) (dim : nat) :
  absolute_norm (@maximum_norm R dim.+1).
Proof.
split=> [v w|||v w v_le]; [|exact: maximum_normZ | exact: maximum_norm_eq0 |].
  apply: maximum_norm_le => [|i]; first by rewrite addr_ge0 ?maximum_norm_ge0.
  by rewrite mxE (le_trans (ler_norm_add _ _)) // ler_add ?entry_le_maximum_norm.
apply: maximum_norm_le => [|i]; first exact: maximum_norm_ge0.
by rewrite (le_trans (v_le i)) ?entry_le_maximum_norm.
Qed.

Section SlopeProduct.

Variables (R : realType) (dim : nat).
Implicit Types (W : 'M[R]_dim.+1) (e : nat -> 'cV[R]_dim.+1) (s v : 'cV[R]_dim.+1).

(** If N(diag(s) v) ≤ γ N(v) whenever every |s_i| ≤ γ, and N(W v) ≤ c N(v), then
    N(Φ v) ≤ (γ c)ⁿ N(v) for every product Φ of n factors diag(e_k) W with all |e_k| ≤ γ. *)
Lemma slope_product_bound (N : 'cV[R]_dim.+1 -> R) W (gamma c : R) e n v : 0 <= gamma -> 0 <= c ->
    (forall s v, (forall i, `|s i 0| <= gamma) -> N (diagonal s *m v) <= gamma * N v) ->
    (forall v, N (W *m v) <= c * N v) ->
    (forall k i, (k < n)%N -> `|e k i 0| <= gamma) ->
  N (slope_product W e n *m v) <= (gamma * c) ^+ n * N v.
Proof.
move=> gamma_ge0 c_ge0 N_diagonal N_W; elim: n => [|n IH] e_le; first by rewrite mul1mx mul1r.
rewrite /= -!mulmxA; apply: le_trans (N_diagonal _ _ (fun i => e_le n i (ltnSn n))) _.
rewrite exprS -!mulrA ler_wpmul2l // (le_trans (N_W _)) // ler_wpmul2l //.
by rewrite IH // => k i k_lt; rewrite e_le // ltnS ltnW.
Qed.

End SlopeProduct.
