(** * Upper bounds from a norm

    If |φ′| ≤ γ, then ‖∂h_{t+n}/∂h_t‖ ≤ (γ ‖W‖)ⁿ for every absolute norm. The spectral norm, the
    largest row sum, both of them after scaling by an invertible diagonal matrix, and the root of a
    positive diagonal form are such norms. No bound depends on the inputs, the bias, the initial
    state or t. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.classical Require Import boolp classical_sets.
From mathcomp.analysis Require Import reals signed topology normedtype.
From gradproof Require Import network norms realisation products.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory Order.TTheory numFieldNormedType.Exports.
Local Open Scope ring_scope.
Local Open Scope classical_set_scope.

Section Bounds.

Variables (R : realType) (dim m : nat) (phi : activation R) (net : network R dim m) (gamma : R).
Hypothesis slope_le : forall z, `|slope phi z| <= gamma.
Implicit Types (x : nat -> 'cV[R]_m) (s v h : 'cV[R]_dim.+1) (t n : nat).
Notation W := (recurrent_weight net).
Notation Phi := (jacobian_product phi net).

Let gamma_ge0 : 0 <= gamma.
Proof. exact: le_trans (slope_le 0). Qed.

(** If |φ′| ≤ γ, and a function N satisfies N(diag(s) v) ≤ γ N(v) whenever every |s_i| ≤ γ, and
    N(W v) ≤ c N(v), then N(Φ(t + n, t) v) ≤ (γ c)ⁿ N(v) for all v, n and t, all inputs and all
    states. *)
Theorem norm_bound_general (N : 'cV[R]_dim.+1 -> R) (c : R) : 0 <= c ->
    (forall s v, (forall i, `|s i 0| <= gamma) -> N (diagonal s *m v) <= gamma * N v) ->
    (forall v, N (W *m v) <= c * N v) ->
  forall x t n h v, N (Phi x t n h *m v) <= (gamma * c) ^+ n * N v.
Proof.
move=> c_ge0 N_diagonal N_W x t n h v; rewrite jacobian_product_slope_product.
by apply: slope_product_bound => // k i _; rewrite mxE.
Qed.

(** ‖Φ‖ ≤ (γ ‖W‖)ⁿ for the operator norm of every absolute norm, … *)
Theorem absolute_norm_upper (N : 'cV[R]_dim.+1 -> R) : absolute_norm N ->
  forall x t n h, operator_norm N (Phi x t n h) <= (gamma * operator_norm N W) ^+ n.
Proof.
move=> N_absolute x t n h.
have norm_ge0 := absolute_operator_norm_ge0 N_absolute W.
apply: operator_norm_le => [||v]; first exact: (absolute_normZ N_absolute).
  by rewrite exprn_ge0 ?mulr_ge0.
apply: norm_bound_general => // [s w|w]; first exact: absolute_norm_diagonal.
exact: absolute_norm_mulmx.
Qed.

(** … and Φ → 0 if γ ‖W‖ < 1. *)
Theorem absolute_norm_limit (N : 'cV[R]_dim.+1 -> R) : absolute_norm N ->
    gamma * operator_norm N W < 1 ->
  forall x t h, (fun n => Phi x t n h) --> (0 : 'M[R]_dim.+1).
Proof.
move=> N_absolute contracts x t h.
apply: (operator_norm_cvg_0 N_absolute (c := 1) (r := gamma * operator_norm N W)) => [|n].
  by rewrite mulr_ge0 ?absolute_operator_norm_ge0.
by rewrite mul1r absolute_norm_upper.
Qed.

(** ‖Φ‖ ≤ (γ ‖W‖)ⁿ if |φ′| ≤ γ, and Φ → 0 if γ ‖W‖ < 1. *)
Theorem product_norm_upper :
  (forall x t n h, spectral_norm (Phi x t n h) <= (gamma * spectral_norm W) ^+ n) /\
  (gamma * spectral_norm W < 1 ->
   forall x t h, (fun n => Phi x t n h) --> (0 : 'M[R]_dim.+1)).
Proof.
split; first exact: (absolute_norm_upper (euclidean_norm_absolute R dim)).
exact: (absolute_norm_limit (euclidean_norm_absolute R dim)).
Qed.

(** The limit is uniform: if γ ‖W‖ < 1, then for every ε > 0 there is an n₀ with ‖Φ(t + n, t)‖ ≤ ε
    for all n ≥ n₀, all t, all inputs and all states. *)
Theorem product_norm_limit_uniform : gamma * spectral_norm W < 1 ->
  forall epsilon : R, 0 < epsilon ->
  exists n0, forall n, (n0 <= n)%N -> forall x t h, spectral_norm (Phi x t n h) <= epsilon.
Proof.
move=> contracts epsilon epsilon_gt0.
have rate_ge0 : 0 <= gamma * spectral_norm W by rewrite mulr_ge0 ?spectral_norm_ge0.
have rate_range : 0 <= gamma * spectral_norm W < 1 by rewrite rate_ge0.
have [n0 _ small] := cvgr0_norm_le _ (cvg_geometric_0 1 rate_range) _ epsilon_gt0.
exists n0 => n n_ge x t h; apply: le_trans (product_norm_upper.1 _ _ _ _) _.
by have := small n n_ge; rewrite /= mul1r ger0_norm ?exprn_ge0.
Qed.

(** ‖Φ‖_∞ ≤ (γ ‖W‖_∞)ⁿ if |φ′| ≤ γ, and Φ → 0 if γ ‖W‖_∞ < 1. *)
Theorem product_row_sum_upper :
  (forall x t n h, row_sum_norm (Phi x t n h) <= (gamma * row_sum_norm W) ^+ n) /\
  (gamma * row_sum_norm W < 1 ->
   forall x t h, (fun n => Phi x t n h) --> (0 : 'M[R]_dim.+1)).
Proof.
split=> [x t n h|]; rewrite -!operator_norm_maximum_norm.
  exact: (absolute_norm_upper (maximum_norm_absolute R dim)).
exact: (absolute_norm_limit (maximum_norm_absolute R dim)).
Qed.

(** If γ ‖W‖ ≤ 1, then ‖Φ‖ ≤ 1 for all n, and Φ → 0 if γ ‖W‖ < 1. *)
Theorem explosion_needs_large_norm :
  (gamma * spectral_norm W <= 1 -> forall x t n h, spectral_norm (Phi x t n h) <= 1) /\
  (gamma * spectral_norm W < 1 ->
   forall x t h, (fun n => Phi x t n h) --> (0 : 'M[R]_dim.+1)).
Proof.
split=> [norm_le1 x t n h|]; last exact: product_norm_upper.2.
by rewrite (le_trans (product_norm_upper.1 _ _ _ _)) // exprn_ile1 ?mulr_ge0 ?spectral_norm_ge0.
Qed.

Section Scaled.

Variable s : 'cV[R]_dim.+1.
Hypothesis s_neq0 : forall i, s i 0 != 0.
Notation S := (diagonal s).

(** A = S⁻¹ (S A S⁻¹) S *)
Let unscaled (A : 'M[R]_dim.+1) : A = invmx S *m (S *m A *m invmx S) *m S.
Proof.
have S_unit := diagonal_unitmx s_neq0.
by rewrite !mulmxA mulVmx // mul1mx -mulmxA mulVmx // mulmx1.
Qed.

(** If |φ′| ≤ γ and S = diag(s) is invertible, then ‖S Φ S⁻¹‖ ≤ (γ ‖S W S⁻¹‖)ⁿ,
    ‖Φ‖ ≤ ‖S‖ ‖S⁻¹‖ (γ ‖S W S⁻¹‖)ⁿ, and Φ → 0 if γ ‖S W S⁻¹‖ < 1. *)
Theorem scaled_norm_upper :
  let scaled_norm := spectral_norm (S *m W *m invmx S) in
  (forall x t n h,
     spectral_norm (S *m Phi x t n h *m invmx S) <= (gamma * scaled_norm) ^+ n) /\
  (forall x t n h,
     spectral_norm (Phi x t n h)
     <= spectral_norm S * spectral_norm (invmx S) * (gamma * scaled_norm) ^+ n) /\
  (gamma * scaled_norm < 1 -> forall x t h, (fun n => Phi x t n h) --> (0 : 'M[R]_dim.+1)).
Proof.
have N_absolute := absolute_norm_scaled (euclidean_norm_absolute R dim) s_neq0.
have normE A :
    operator_norm (fun v => euclidean_norm (S *m v)) A = spectral_norm (S *m A *m invmx S).
  exact: operator_norm_scaled.
have bound x t n h := absolute_norm_upper N_absolute x t n h.
rewrite /=; split=> [x t n h|]; first by rewrite -!normE.
split=> [x t n h|]; last by rewrite -normE; exact: absolute_norm_limit.
rewrite [in leLHS](unscaled (Phi x t n h)) (le_trans (spectral_norm_mulmx _ _)) //.
rewrite mulrC -mulrA ler_wpmul2l ?spectral_norm_ge0 // (le_trans (spectral_norm_mulmx _ _)) //.
by rewrite ler_wpmul2l ?spectral_norm_ge0 // -!normE.
Qed.

(** The same with ‖·‖_∞ *)
Theorem scaled_row_sum_upper :
  let scaled_norm := row_sum_norm (S *m W *m invmx S) in
  (forall x t n h,
     row_sum_norm (S *m Phi x t n h *m invmx S) <= (gamma * scaled_norm) ^+ n) /\
  (forall x t n h,
     row_sum_norm (Phi x t n h)
     <= row_sum_norm S * row_sum_norm (invmx S) * (gamma * scaled_norm) ^+ n) /\
  (gamma * scaled_norm < 1 -> forall x t h, (fun n => Phi x t n h) --> (0 : 'M[R]_dim.+1)).
Proof.
have N_absolute := absolute_norm_scaled (maximum_norm_absolute R dim) s_neq0.
have normE A :
    operator_norm (fun v => maximum_norm (S *m v)) A = row_sum_norm (S *m A *m invmx S).
  by rewrite operator_norm_scaled // operator_norm_maximum_norm.
have bound x t n h := absolute_norm_upper N_absolute x t n h.
rewrite /=; split=> [x t n h|]; first by rewrite -!normE.
split=> [x t n h|]; last by rewrite -normE; exact: absolute_norm_limit.
rewrite [in leLHS](unscaled (Phi x t n h)) (le_trans (row_sum_norm_mulmx _ _)) //.
rewrite mulrC -mulrA ler_wpmul2l ?row_sum_norm_ge0 // (le_trans (row_sum_norm_mulmx _ _)) //.
by rewrite ler_wpmul2l ?row_sum_norm_ge0 // -!normE.
Qed.

End Scaled.

Section DiagonalForm.

Variables (p : 'cV[R]_dim.+1) (c : R).
Hypotheses (p_gt0 : forall i, 0 < p i 0) (c_ge0 : 0 <= c).
Notation P := (diagonal p).
Hypothesis W_form : forall v, quadratic_form (W^T *m P *m W) v <= c ^+ 2 * quadratic_form P v.

Let root : 'cV[R]_dim.+1 := \col_i Num.sqrt (p i 0).

Let root_neq0 i : root i 0 != 0.
Proof. by rewrite mxE gt_eqF // sqrtr_gt0. Qed.

(** vᵀ P v = ‖√P v‖² *)
Let form_root v : quadratic_form P v = euclidean_norm (diagonal root *m v) ^+ 2.
Proof.
rewrite euclidean_norm_diagonal_squared; congr (quadratic_form (diagonal _) v).
by apply/colP => i; rewrite !mxE sqr_sqrtr // ltW.
Qed.

Let form_le x t n h v :
  quadratic_form P (Phi x t n h *m v) <= ((gamma * c) ^+ n) ^+ 2 * quadratic_form P v.
Proof.
rewrite !form_root -exprMn.
rewrite ler_pexpn2r ?nnegrE ?mulr_ge0 ?exprn_ge0 ?mulr_ge0 ?euclidean_norm_ge0 //.
apply: (norm_bound_general (N := fun v => euclidean_norm (diagonal root *m v))) => // [s w s_le|w].
  exact: (absolute_norm_diagonal (absolute_norm_scaled (euclidean_norm_absolute R dim) root_neq0)).
rewrite -(@ler_pexpn2r _ 2) ?nnegrE ?mulr_ge0 ?euclidean_norm_ge0 //.
by rewrite exprMn -!form_root quadratic_form_mulmx.
Qed.

(** If |φ′| ≤ γ, P = diag(p) with all p_i > 0, c ≥ 0, and vᵀ Wᵀ P W v ≤ c² vᵀ P v for all v, then
    vᵀ Φᵀ P Φ v ≤ (γ c)²ⁿ vᵀ P v for all v; ‖Φ‖ ≤ √(M/μ) (γ c)ⁿ if 0 < μ ≤ p_i ≤ M for all i;
    and Φ → 0 if γ c < 1. *)
Theorem diagonal_lyapunov_upper :
  (forall x t n h v,
     quadratic_form ((Phi x t n h)^T *m P *m Phi x t n h) v
     <= (gamma * c) ^+ (2 * n) * quadratic_form P v) /\
  (forall mu M : R, 0 < mu -> (forall i, mu <= p i 0 <= M) ->
   forall x t n h, spectral_norm (Phi x t n h) <= Num.sqrt (M / mu) * (gamma * c) ^+ n) /\
  (gamma * c < 1 -> forall x t h, (fun n => Phi x t n h) --> (0 : 'M[R]_dim.+1)).
Proof.
have rate_ge0 : 0 <= gamma * c by rewrite mulr_ge0.
have norm_le (mu M : R) : 0 < mu -> (forall i, mu <= p i 0 <= M) ->
    forall x t n h, spectral_norm (Phi x t n h) <= Num.sqrt (M / mu) * (gamma * c) ^+ n.
  move=> mu_gt0 p_within x t n h.
  apply: (spectral_norm_of_form mu_gt0 (exprn_ge0 n rate_ge0)) => v; last exact: form_le.
  exact: diagonal_form_bounds.
split=> [x t n h v|]; first by rewrite -quadratic_form_mulmx mulnC exprM.
split=> // contracts x t h.
have [mu [M [mu_gt0 p_within]]] := positive_entries_within p_gt0.
apply: (@spectral_norm_cvg_0 _ _ _ (Num.sqrt (M / mu)) (gamma * c)) => [|n].
  by rewrite rate_ge0.
exact: norm_le.
Qed.

End DiagonalForm.

End Bounds.
