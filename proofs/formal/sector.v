(** * Decay by a sector and a quadratic norm

    If φ′ lies in [α, β], then y = diag(e) v with slopes e_i in [α, β] satisfies
    (y_i − α v_i)(y_i − β v_i) ≤ 0. With multipliers t_i ≥ 0 the sum of these products is at most 0,
    and where r² uᵀ X u − yᵀ X y plus twice this sum is nonnegative for all u and y, with v = W u,
    one step gives yᵀ X y ≤ r² uᵀ X u. The matrix X is real with μ ‖w‖² ≤ wᵀ X w ≤ M ‖w‖²; it need
    be neither diagonal nor symmetric. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.classical Require Import classical_sets.
From mathcomp.algebra_tactics Require Import ring.
From mathcomp.analysis Require Import reals signed topology normedtype.
From gradproof Require Import network norms roots realisation products.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory Order.TTheory numFieldNormedType.Exports.
Local Open Scope ring_scope.
Local Open Scope classical_set_scope.

(** r² uᵀ X u + 2αβ uᵀ Wᵀ T W u − 2(α + β) uᵀ Wᵀ T y + 2 yᵀ T y − yᵀ X y *)
Definition sector_form (R : realType) (dim : nat) (W X T : 'M[R]_dim.+1) (alpha beta r : R)
    (u y : 'cV[R]_dim.+1) : R :=
  r ^+ 2 * quadratic_form X u + 2%:R * alpha * beta * (u^T *m W^T *m T *m W *m u) 0 0
  - 2%:R * (alpha + beta) * (u^T *m W^T *m T *m y) 0 0
  + 2%:R * quadratic_form T y - quadratic_form X y.

Section Sector.

Variables (R : realType) (dim : nat).
Variables (W X : 'M[R]_dim.+1) (t : 'cV[R]_dim.+1) (alpha beta r mu M : R).
Implicit Types (u v y : 'cV[R]_dim.+1) (e : nat -> 'cV[R]_dim.+1).

(** The form is r² uᵀ X u − yᵀ X y + 2 Σ t_i (y_i − α v_i)(y_i − β v_i) with v = W u. *)
Lemma sector_formE u y :
  sector_form W X (diagonal t) alpha beta r u y
  = r ^+ 2 * quadratic_form X u - quadratic_form X y
    + 2%:R * \sum_i t i 0 * ((y i 0 - alpha * (W *m u) i 0) * (y i 0 - beta * (W *m u) i 0)).
Proof.
have entries (z : 'cV[R]_dim.+1) :
    (u^T *m W^T *m diagonal t *m z) 0 0 = \sum_i t i 0 * (W *m u) i 0 * z i 0.
  rewrite -trmx_mul -mulmxA mxE; apply: eq_bigr => i _.
  by rewrite diagonal_mulmx_entry mxE mulrA (mulrC ((W *m u) i 0)).
rewrite /sector_form -(mulmxA _ W u) !entries quadratic_form_diagonal.
have -> : \sum_i t i 0 * ((y i 0 - alpha * (W *m u) i 0) * (y i 0 - beta * (W *m u) i 0))
    = \sum_i t i 0 * y i 0 ^+ 2 - (alpha + beta) * (\sum_i t i 0 * (W *m u) i 0 * y i 0)
      + alpha * beta * (\sum_i t i 0 * (W *m u) i 0 * (W *m u) i 0).
  rewrite !mulr_sumr -sumrB -big_split; apply: eq_bigr => i _ /=; ring.
move: (\sum_i t i 0 * y i 0 ^+ 2) (\sum_i t i 0 * (W *m u) i 0 * y i 0) => yTy vTy.
move: (\sum_i t i 0 * (W *m u) i 0 * (W *m u) i 0) => vTv; ring.
Qed.

Hypothesis multipliers_ge0 : forall i, 0 <= t i 0.
Hypothesis form_ge0 : forall u y, 0 <= sector_form W X (diagonal t) alpha beta r u y.

(** yᵀ X y ≤ r² uᵀ X u for y = diag(s) W u *)
Lemma sector_step (s u : 'cV[R]_dim.+1) : (forall i, alpha <= s i 0 <= beta) ->
  quadratic_form X (diagonal s *m (W *m u)) <= r ^+ 2 * quadratic_form X u.
Proof.
move=> s_within; have := form_ge0 u (diagonal s *m (W *m u)).
rewrite sector_formE => form_le; rewrite -subr_ge0; apply: le_trans form_le _.
rewrite ger_addl pmulr_rle0 // -oppr_ge0 -sumrN; apply: sumr_ge0 => i _.
rewrite diagonal_mulmx_entry; move: (s i 0) ((W *m u) i 0) (s_within i) => c v /andP[c_ge c_le].
have -> : - (t i 0 * ((c * v - alpha * v) * (c * v - beta * v)))
    = t i 0 * ((c - alpha) * (beta - c) * v ^+ 2) by ring.
by rewrite mulr_ge0 // mulr_ge0 ?sqr_ge0 // mulr_ge0 ?subr_ge0.
Qed.

(** vᵀ Φᵀ X Φ v ≤ r²ⁿ vᵀ X v *)
Lemma sector_forms e n v : (forall k i, (k < n)%N -> alpha <= e k i 0 <= beta) ->
  quadratic_form X (slope_product W e n *m v) <= (r ^+ n) ^+ 2 * quadratic_form X v.
Proof.
elim: n => [|n IH] e_within; first by rewrite mul1mx expr1n mul1r.
rewrite /= -!mulmxA; apply: le_trans (sector_step _ (fun i => e_within n i (ltnSn n))) _.
rewrite (exprS r n) exprMn -[leRHS]mulrA ler_wpmul2l ?sqr_ge0 // IH // => k i k_lt.
by rewrite e_within // ltnS ltnW.
Qed.

Hypotheses (r_ge0 : 0 <= r) (mu_gt0 : 0 < mu).
Hypothesis X_within : forall w : 'cV[R]_dim.+1,
  mu * euclidean_norm w ^+ 2 <= quadratic_form X w <= M * euclidean_norm w ^+ 2.

(** If r ≥ 0, t_i ≥ 0, 0 < μ, μ ‖w‖² ≤ wᵀ X w ≤ M ‖w‖² for all w, and the form is nonnegative for
    all u and y, then every product Φ of n factors diag(e_k) W with all entries of e_k in [α, β]
    satisfies vᵀ Φᵀ X Φ v ≤ r²ⁿ vᵀ X v for all v, and ‖Φ‖ ≤ √(M/μ) rⁿ. *)
Theorem sector_of_slopes e n : (forall k i, (k < n)%N -> alpha <= e k i 0 <= beta) ->
  (forall v, quadratic_form ((slope_product W e n)^T *m X *m slope_product W e n) v
             <= r ^+ (2 * n) * quadratic_form X v) /\
  spectral_norm (slope_product W e n) <= Num.sqrt (M / mu) * r ^+ n.
Proof.
move=> e_within; split=> [v|].
  by rewrite -quadratic_form_mulmx mulnC exprM sector_forms.
apply: (spectral_norm_of_form mu_gt0 _ X_within) => [|v]; first exact: exprn_ge0.
exact: sector_forms.
Qed.

(** … and these products tend to 0 if r < 1. *)
Theorem sector_of_slopes_limit e : (forall k i, alpha <= e k i 0 <= beta) -> r < 1 ->
  slope_product W e --> (0 : 'M[R]_dim.+1).
Proof.
move=> e_within r_lt1; apply: (@spectral_norm_cvg_0 _ _ _ (Num.sqrt (M / mu)) r) => [|n].
  by rewrite r_ge0.
by apply: (sector_of_slopes _).2 => k i _.
Qed.

(** … and their norms fall below qⁿ for every q > r: limsup ‖Φ‖^(1/n) ≤ r. *)
Theorem sector_of_slopes_rate e q : (forall k i, alpha <= e k i 0 <= beta) -> r < q ->
  exists n0, forall n, (n0 <= n)%N -> spectral_norm (slope_product W e n) <= q ^+ n.
Proof.
move=> e_within r_lt_q.
have [|n0 small] := @power_eventually_le _ r q (Num.sqrt (M / mu)); first by rewrite r_ge0.
exists n0 => n n_ge; apply: le_trans (small n n_ge).
by apply: (sector_of_slopes _).2 => k i _.
Qed.

End Sector.

(** Let r ≥ 0, t_i ≥ 0, T = diag(t), X real, α ≤ φ′ ≤ β, 0 < μ, μ ‖w‖² ≤ wᵀ X w ≤ M ‖w‖² for all w,
    and let the form be nonnegative for all u and y. Then Φ = ∂h_{t+n}/∂h_t satisfies
    vᵀ Φᵀ X Φ v ≤ r²ⁿ vᵀ X v for all v and ‖Φ‖ ≤ √(M/μ) rⁿ, whatever the inputs and the state are,
    and Φ → 0 if r < 1. *)
Theorem sector_upper (R : realType) (dim m : nat) (phi : activation R) (net : network R dim m)
    (X : 'M[R]_dim.+1) (multipliers : 'cV[R]_dim.+1) (alpha beta r mu M : R) :
    slopes_within phi alpha beta -> 0 <= r -> (forall i, 0 <= multipliers i 0) -> 0 < mu ->
    (forall w : 'cV[R]_dim.+1,
       mu * euclidean_norm w ^+ 2 <= quadratic_form X w <= M * euclidean_norm w ^+ 2) ->
    (forall u y, 0 <= sector_form (recurrent_weight net) X (diagonal multipliers)
                        alpha beta r u y) ->
  forall (x : nat -> 'cV[R]_m) (t : nat) (h : 'cV[R]_dim.+1),
    let Phi n := jacobian_product phi net x t n h in
    (forall n v, quadratic_form ((Phi n)^T *m X *m Phi n) v
                 <= r ^+ (2 * n) * quadratic_form X v) /\
    (forall n, spectral_norm (Phi n) <= Num.sqrt (M / mu) * r ^+ n) /\
    (r < 1 -> Phi --> (0 : 'M[R]_dim.+1)).
Proof.
move=> slopes_in r_ge0 t_ge0 mu_gt0 X_within form_ge0 x t h Phi.
pose e k := slopes phi net (x (t + k.+1)%N) (state phi net x t k h).
have PhiE n : Phi n = slope_product (recurrent_weight net) e n.
  exact: jacobian_product_slope_product.
have e_within k i : alpha <= e k i 0 <= beta by rewrite mxE.
have bound n := sector_of_slopes t_ge0 form_ge0 r_ge0 mu_gt0 X_within (e := e) (n := n)
                  (fun k i _ => e_within k i).
split=> [n v|]; first by rewrite PhiE; exact: (bound n).1.
split=> [n|r_lt1]; first by rewrite PhiE; exact: (bound n).2.
rewrite (_ : Phi = slope_product (recurrent_weight net) e); last exact: boolp.funext.
exact: (sector_of_slopes_limit t_ge0 form_ge0 r_ge0 mu_gt0 X_within).
Qed.

(** If S = diag(s) is invertible and ‖S W S⁻¹‖ ≤ r, then the form is nonnegative for X = T = S² and
    (α, β) = (0, 1). *)
Theorem diagonal_scaling_is_a_sector_certificate (R : realType) (dim : nat) (W : 'M[R]_dim.+1)
    (s : 'cV[R]_dim.+1) (r : R) :
    (forall i, s i 0 != 0) ->
    spectral_norm (diagonal s *m W *m invmx (diagonal s)) <= r ->
  let T := diagonal (\col_i (s i 0 ^+ 2)) in
  forall u y, 0 <= sector_form W T T 0 1 r u y.
Proof.
move=> s_neq0 norm_le T u y; set S := diagonal s.
have S_unit : S \in unitmx by exact: diagonal_unitmx.
have r_ge0 : 0 <= r by exact: le_trans (spectral_norm_ge0 _) norm_le.
have SW_le : euclidean_norm (S *m (W *m u)) ^+ 2 <= r ^+ 2 * quadratic_form T u.
  rewrite -euclidean_norm_diagonal_squared -exprMn.
  rewrite ler_pexpn2r ?nnegrE ?mulr_ge0 ?euclidean_norm_ge0 //.
  have -> : S *m (W *m u) = S *m W *m invmx S *m (S *m u) by rewrite -!mulmxA mulKmx.
  by rewrite (le_trans (euclidean_norm_mulmx _ _)) // ler_wpmul2r ?euclidean_norm_ge0.
have -> : sector_form W T T 0 1 r u y = euclidean_norm (S *m (W *m u - y)) ^+ 2
    + (r ^+ 2 * quadratic_form T u - euclidean_norm (S *m (W *m u)) ^+ 2).
  rewrite sector_formE !euclidean_norm_diagonal_squared !quadratic_form_diagonal.
  rewrite [2%:R * _]mulr_sumr [RHS]addrCA -[LHS]addrA; congr (_ + _).
  rewrite -sumrB -sumrN -big_split.
  move: (W *m u) => w; apply: eq_bigr => i _; rewrite /= !mxE mul0r subr0 mul1r.
  by move: (s i 0) (w i 0) (y i 0) => a b c; ring.
by rewrite addr_ge0 ?sqr_ge0 // subr_ge0.
Qed.
