(** * Explosion

    Lower bounds on the Jacobian product. Every factor diag(φ′(z_k)) W stretches every vector by
    μ σ_min(W) at least, where μ is a lower bound on the slopes along the trajectory; hence
    (μ σ_min(W))^n ≤ σ_min(Φ) ≤ ‖Φ‖. At a fixed point Φ is a power of one matrix J, and ρ(J)
    decides. In dimension 1 inputs attain |w|^n for tanh, and |w| decides. *)

From mathcomp Require Import all_ssreflect all_algebra ring.
From mathcomp.classical Require Import boolp classical_sets functions.
From mathcomp.analysis Require Import reals signed topology normedtype sequences.
From gradproof Require Import network norms activations chain realisation spectra powers.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory Order.TTheory numFieldNormedType.Exports.
Local Open Scope ring_scope.
Local Open Scope classical_set_scope.

Section SmallestSingularValue.

Variable R : realType.
Implicit Types (d n : nat) (s : R).

Lemma unit_vector d : exists v : 'cV[R]_d.+1, euclidean_norm v = 1.
Proof.
exists (delta_mx 0 0); rewrite /euclidean_norm (bigD1 0) //= big1 => [|i i_neq0].
  by rewrite mxE !eqxx expr1n addr0 sqrtr1.
by rewrite mxE (negPf i_neq0) expr0n.
Qed.

(** inf {‖A v‖ : ‖v‖ = 1} *)
Definition smallest_singular_value d (A : 'M[R]_d) : R :=
  inf [set euclidean_norm (A *m v) | v in [set v | euclidean_norm v = 1]].

Lemma smallest_singular_value_ge0 d (A : 'M[R]_d.+1) : 0 <= smallest_singular_value A.
Proof.
have [v v_unit] := unit_vector d.
apply: lb_le_inf => [|_ [u _ <-]]; last exact: euclidean_norm_ge0.
by exists (euclidean_norm (A *m v)), v.
Qed.

(** σ_min(A) ‖v‖ ≤ ‖A v‖, *)
Lemma smallest_singular_value_mulmx d (A : 'M[R]_d) (v : 'cV[R]_d) :
  smallest_singular_value A * euclidean_norm v <= euclidean_norm (A *m v).
Proof.
have [v_norm0|v_neq0] := eqVneq (euclidean_norm v) 0.
  by rewrite v_norm0 mulr0 euclidean_norm_ge0.
have v_gt0 : 0 < euclidean_norm v by rewrite lt_def v_neq0 euclidean_norm_ge0.
have inverse_ge0 : 0 <= (euclidean_norm v)^-1 by rewrite invr_ge0 ltW.
rewrite -ler_pdivl_mulr // mulrC -[X in X * _]ger0_norm // -euclidean_normZ scalemxAr.
apply: inf_lb; first by exists 0 => _ [u _ <-]; apply: euclidean_norm_ge0.
by eexists; last by []; rewrite /= euclidean_normZ ger0_norm // mulVf.
Qed.

(** and σ_min(A) is the greatest such factor. *)
Lemma le_smallest_singular_value d (A : 'M[R]_d.+1) s :
  (forall v : 'cV[R]_d.+1, s * euclidean_norm v <= euclidean_norm (A *m v)) ->
  s <= smallest_singular_value A.
Proof.
have [u u_unit] := unit_vector d; move=> stretched.
apply: lb_le_inf => [|_ [v v_unit <-]]; first by exists (euclidean_norm (A *m u)), u.
by have := stretched v; rewrite v_unit mulr1.
Qed.

(** σ_min(A) ≤ ‖A‖ *)
Lemma smallest_singular_value_le_spectral_norm d (A : 'M[R]_d.+1) :
  smallest_singular_value A <= spectral_norm A.
Proof.
have [v v_unit] := unit_vector d.
by have := le_trans (smallest_singular_value_mulmx A v) (euclidean_norm_mulmx A v);
  rewrite v_unit !mulr1.
Qed.

End SmallestSingularValue.

Section ProductLowerBound.

Variables (R : realType) (dim m : nat).
Variables (phi : activation R) (net : network R dim m).
Variables (mu s : R) (x : nat -> 'cV[R]_m) (t : nat) (h : 'cV[R]_dim.+1).
Notation W := (recurrent_weight net).
Notation jacobians n := (jacobian_product phi net x t n h).

(** |φ′(z_{t+k+1,i})| ≥ μ for all k < n and all i *)
Definition slopes_at_least n : Prop := forall k i, (k < n)%N ->
  mu <= `|slopes phi net (x (t + k.+1)%N) (state phi net x t k h) i 0|.

Lemma diagonal_stretches (e v : 'cV[R]_dim.+1) : 0 <= mu -> (forall i, mu <= `|e i 0|) ->
  mu * euclidean_norm v <= euclidean_norm (diagonal e *m v).
Proof.
move=> mu_ge0 mu_le; rewrite -[mu]ger0_norm // -euclidean_normZ; apply: ler_wsqrtr.
apply: ler_sum => i _; rewrite mul_diag_mx !mxE !exprMn ler_wpmul2r ?sqr_ge0 //.
by rewrite -[e i 0 ^+ 2]real_normK ?num_real // ler_pexpn2r ?nnegrE ?(le_trans mu_ge0).
Qed.

(** If every slope along the trajectory has modulus μ at least and ‖W v‖ ≥ s ‖v‖ for all v, where
    μ, s ≥ 0, then ‖Φ(t + n, t) v‖ ≥ (μ s)^n ‖v‖ for all v. *)
Theorem product_norm_lower n : 0 <= mu -> 0 <= s -> slopes_at_least n ->
  (forall v, s * euclidean_norm v <= euclidean_norm (W *m v)) ->
  forall v, (mu * s) ^+ n * euclidean_norm v <= euclidean_norm (jacobians n *m v).
Proof.
move=> mu_ge0 s_ge0 steep W_stretches v; elim: n steep => [|n IH] steep.
  by rewrite expr0 mul1r mul1mx.
have {}IH := IH (fun k i k_lt => steep k i (ltnW k_lt)).
rewrite exprS -mulrA -[jacobians n.+1]/(_ *m jacobians n) /step_jacobian -!mulmxA.
apply: le_trans (diagonal_stretches _ mu_ge0 _) => [|i]; last exact: steep.
rewrite -mulrA ler_wpmul2l //; apply: le_trans (W_stretches _).
by rewrite ler_wpmul2l.
Qed.

End ProductLowerBound.

(** r^n ≥ 1 + n (r − 1) for r ≥ 0, Bernoulli's inequality. *)
Theorem bernoulli (R : realType) (r : R) n : 0 <= r -> 1 + n%:R * (r - 1) <= r ^+ n.
Proof.
move=> r_ge0; elim: n => [|n IH]; first by rewrite mul0r addr0.
rewrite exprSr; apply: le_trans (ler_wpmul2r r_ge0 IH).
rewrite -subr_ge0 [X in 0 <= X](_ : _ = n%:R * (r - 1) ^+ 2); last by rewrite -addn1 natrD; ring.
by rewrite mulr_ge0 ?ler0n ?sqr_ge0.
Qed.

(** A sequence that grows at least like r^n with r > 1 tends to infinity. *)
Lemma geometric_growth (R : realType) (r : R) (u : nat -> R) :
  1 < r -> (forall n, r ^+ n <= u n) -> u --> +oo.
Proof.
move=> r_gt1 growth; apply: (@ger_cvgy _ _ _ _ (arithmetic 1 (r - 1))).
  near=> n; apply: le_trans (growth n); rewrite /= -mulr_natl.
  by rewrite bernoulli // (le_trans ler01) // ltW.
by apply: cvg_arithmetic; rewrite subr_gt0.
Unshelve. all: by end_near. Qed.

Section Explosion.

Variables (R : realType) (dim m : nat).
Variables (phi : activation R) (net : network R dim m).
Variables (mu : R) (x : nat -> 'cV[R]_m) (t : nat) (h : 'cV[R]_dim.+1).
Notation sigma := (smallest_singular_value (recurrent_weight net)).
Notation jacobians n := (jacobian_product phi net x t n h).
Hypothesis mu_ge0 : 0 <= mu.

(** (μ σ_min(W))^n ≤ σ_min(Φ(t + n, t)) ≤ ‖Φ(t + n, t)‖ if every slope along the trajectory has
    modulus μ ≥ 0 at least. *)
Theorem singular_value_lower n : slopes_at_least phi net mu x t h n ->
  (mu * sigma) ^+ n <= smallest_singular_value (jacobians n) <= spectral_norm (jacobians n).
Proof.
move=> steep; rewrite smallest_singular_value_le_spectral_norm andbT.
apply: le_smallest_singular_value.
apply: product_norm_lower steep _ => //; first exact: smallest_singular_value_ge0.
exact: smallest_singular_value_mulmx.
Qed.

(** 1 + n (μ σ_min(W) − 1) ≤ ‖Φ(t + n, t)‖ *)
Theorem explosion_lower n : slopes_at_least phi net mu x t h n ->
  1 + n%:R * (mu * sigma - 1) <= spectral_norm (jacobians n).
Proof.
move=> /singular_value_lower/andP[lower upper]; apply: le_trans (le_trans lower upper).
by rewrite bernoulli // mulr_ge0 // smallest_singular_value_ge0.
Qed.

(** The smallest singular value, and with it the norm, tends to infinity if μ σ_min(W) > 1. *)
Theorem explosion : (forall n, slopes_at_least phi net mu x t h n) -> 1 < mu * sigma ->
  smallest_singular_value (jacobians n) @[n --> \oo] --> +oo /\
  spectral_norm (jacobians n) @[n --> \oo] --> +oo.
Proof.
move=> steep rate_gt1; split; apply: (geometric_growth rate_gt1) => n;
  have /andP[lower upper] := singular_value_lower (steep n) => //.
exact: le_trans upper.
Qed.

End Explosion.

(** ** At a fixed point *)

Section FixedPoint.

Variables (R : realType) (dim m : nat) (phi : activation R) (net : network R dim m).
Variables (u : 'cV[R]_m) (h : 'cV[R]_dim.+1) (x : nat -> 'cV[R]_m) (t : nat).
Hypotheses (held : step phi net u h = h) (constant_input : forall k, x (t + k.+1)%N = u).
Notation J := (step_jacobian phi net u h).

(** If h = φ(W h + U u + b) is the state at t and u is the input ever after, then the state stays
    and Φ(t + n, t) = J^n with J = diag(φ′(W h + U u + b)) W; *)
Theorem fixed_point_power n :
  state phi net x t n h = h /\ jacobian_product phi net x t n h = J ^+ n.
Proof.
elim: n => [//|n [state_h product]] /=; rewrite state_h constant_input product.
by split=> //; rewrite exprS.
Qed.

(** so ρ(J)^n ≤ ‖Φ(t + n, t)‖, *)
Theorem fixed_point_lower n :
  spectral_radius J ^+ n <= spectral_norm (jacobian_product phi net x t n h).
Proof. by have [_ ->] := fixed_point_power n; apply: spectral_radius_power_le. Qed.

(** and Φ(t + n, t) → 0 if and only if ρ(J) < 1. *)
Theorem fixed_point_decay :
  spectral_norm (jacobian_product phi net x t n h) @[n --> \oo] --> (0 : R) <->
  spectral_radius J < 1.
Proof.
have -> : (fun n => spectral_norm (jacobian_product phi net x t n h)) =
          (fun n => spectral_norm (J ^+ n)).
  by apply/funext => n; have [_ ->] := fixed_point_power n.
exact: powers_vanish.
Qed.

End FixedPoint.

(** For tanh, the state 0, no bias and no input: Φ(t + n, t) = W^n. *)
Corollary tanh_at_rest (R : realType) (dim m : nat) (net : network R dim m) x t n : bias net = 0 ->
  (forall k, x (t + k.+1)%N = 0) ->
  jacobian_product (tanh_activation R) net x t n 0 = recurrent_weight net ^+ n.
Proof.
move=> no_bias no_input.
have at_rest : pre_activation net 0 0 = 0 by rewrite /pre_activation !mulmx0 no_bias !addr0.
have held : step (tanh_activation R) net 0 0 = 0.
  by apply/colP => i; rewrite /step at_rest !mxE /= tanh0.
have [_ ->] := fixed_point_power held no_input n; congr (_ ^+ n).
rewrite /step_jacobian /slopes at_rest /diagonal.
have -> : map_mx (slope (tanh_activation R)) (0 : 'cV_dim.+1) = const_mx 1.
  by apply/colP => i; rewrite !mxE /= tanh0 expr0n subr0.
by rewrite trmx_const diag_const_mx mul1mx.
Qed.

(** ** One unit *)

Section OneUnit.

Variables (R : realType) (m : nat) (net : network R 0 m).
Implicit Types (phi : activation R) (x : nat -> 'cV[R]_m) (t n : nat) (h : 'cV[R]_1).
Notation w := (recurrent_weight net 0 0).

(** |Φ(t + n, t)| ≤ |w|^n for all inputs and states if |φ′| ≤ 1. *)
Theorem scalar_upper phi x t n h : (forall z, `|slope phi z| <= 1) ->
  `|jacobian_product phi net x t n h 0 0| <= `|w| ^+ n.
Proof.
move=> slope_le1; rewrite scalar_recurrence_norm ler_pimulr ?exprn_ge0 //.
apply: le_trans (_ : \prod_(k < n) 1 <= 1); last by rewrite big1.
by apply: ler_prod => k _; rewrite normr_ge0 mxE slope_le1.
Qed.

(** If U isn't 0 and s is a value of φ′, then from every state inputs give Φ(t + n, t) = (s w)^n
    for all n. *)
Theorem scalar_powers phi z t h : input_weight net != 0 ->
  exists x, forall n, jacobian_product phi net x t n h 0 0 = (slope phi z * w) ^+ n.
Proof.
move=> U_neq0; have /row_freeP[V UV1] : row_free (input_weight net).
  by rewrite /row_free rank_rV U_neq0.
have [|x [x_slopes _]] := @slopes_realised _ _ _ phi net V (fun=> const_mx (slope phi z)) t h UV1.
  by move=> k i; exists z; rewrite mxE.
exists x => n; rewrite scalar_recurrence mulrC exprMn; congr (_ * _).
under eq_bigr do rewrite x_slopes mxE.
by rewrite prodr_const card_ord.
Qed.

(** For tanh, if U isn't 0, inputs give Φ(t + n, t) = w^n for all n, from every state. *)
Theorem scalar_explosion t h : input_weight net != 0 ->
  exists x, forall n, jacobian_product (tanh_activation R) net x t n h 0 0 = w ^+ n.
Proof.
move=> U_neq0; have [x powers] := scalar_powers (tanh_activation R) 0 t h U_neq0.
by exists x => n; rewrite powers /= tanh0 expr0n subr0 mul1r.
Qed.

(** For tanh and U ≠ 0 the gradient vanishes along all inputs and states if and only if |w| < 1, *)
Corollary scalar_decay_iff : input_weight net != 0 ->
  `|w| < 1 <->
  forall x t h, `|jacobian_product (tanh_activation R) net x t n h 0 0| @[n --> \oo] --> (0 : R).
Proof.
move=> U_neq0; split=> [w_lt1 x t h|vanishes].
  apply: (@squeeze_cvgr _ _ _ _ (fun=> 0) _ (fun n => `|w| ^+ n)); first last.
  - by apply: cvg_expr; rewrite normr_id.
  - exact: cvg_cst.
  near=> n; rewrite normr_ge0 /=; exact/scalar_upper/tanh_slope_bound.
have [x powers] := scalar_explosion 0 0 U_neq0; rewrite ltNge; apply/negP => w_ge1.
have /cvgr_lt /(_ 1 ltr01) [n _ /(_ n (leqnn n))] := vanishes x 0%N 0.
by rewrite powers normrX ltNge exprn_ege1.
Unshelve. all: by end_near. Qed.

(** and it tends to infinity along some inputs if and only if |w| > 1; else it is at most 1. *)
Corollary scalar_explosion_iff : input_weight net != 0 ->
  1 < `|w| <->
  exists x t h, `|jacobian_product (tanh_activation R) net x t n h 0 0| @[n --> \oo] --> +oo.
Proof.
move=> U_neq0; split=> [w_gt1|[x [t [h grows]]]].
  have [x powers] := scalar_explosion 0 0 U_neq0; exists x, 0%N, 0.
  by apply: (geometric_growth w_gt1) => n; rewrite powers normrX.
rewrite ltNge; apply/negP => w_le1.
have /cvgry_gt /(_ 1) [n _ /(_ n (leqnn n))] := grows.
by rewrite ltNge (le_trans (scalar_upper _ _ _ _ (@tanh_slope_bound R))) ?exprn_ile1.
Qed.

End OneUnit.
