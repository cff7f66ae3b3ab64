(** * Spectral radii above 1 don't make gradients explode

    In dimension 2 there are tanh networks and inputs along which W and every step Jacobian have a
    spectral radius of at least 6/5, while the product of the Jacobians tends to 0. *)

From mathcomp Require Import all_ssreflect all_algebra ring.
From mathcomp.real_closed Require Import complex.
From mathcomp.classical Require Import boolp classical_sets.
From mathcomp.analysis Require Import reals signed topology normedtype sequences.
From gradproof Require Import network norms activations realisation spectra powers explosion
  refutation.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory Order.TTheory numFieldNormedType.Exports.
Local Open Scope ring_scope.
Local Open Scope classical_set_scope.

Section LargeSpectra.

Variable R : realType.

(** The rows (0, 1) and (−3/2, 2). *)
Definition cancelling_weight : 'M[R]_2 := matrix_2x2 0 1 (- (3 / 2)) 2.

(** (1, 1) and (7/16, 1) in turn: the slopes of tanh at the states (0, 0) and (3/4, 0). *)
Definition cancelling_slopes (k : nat) : 'cV[R]_2 :=
  if odd k then column_2 (7 / 16) 1 else column_2 1 1.

Notation W := cancelling_weight.
Notation factor k := (diagonal (cancelling_slopes k) *m W).

Lemma cancelling_slopes_bounds k i : 0 < cancelling_slopes k i 0 <= 1.
Proof.
have := tanh_slope_7_16; rewrite /cancelling_slopes.
by case: odd; rewrite mxE; case: (i == 0); rewrite ?ltr01 ?lexx.
Qed.

Lemma cancelling_jacobian k : factor k =
  if odd k then matrix_2x2 0 (7 / 16) (- (3 / 2)) 2 else matrix_2x2 0 1 (- (3 / 2)) 2.
Proof.
rewrite /cancelling_slopes; case: (odd k); rewrite diagonal_2x2.
  by congr matrix_2x2; field.
by congr matrix_2x2; field.
Qed.

(** The eigenvalues are 1 ± i/√2 for even k, and 1 ± √(11/32) for odd k. *)
Lemma cancelling_jacobian_radius k : 6 / 5 <= spectral_radius (factor k).
Proof.
rewrite cancelling_jacobian; case: (odd k).
  have q_square : Num.sqrt (11 / 32) ^+ 2 = 11 / 32 :> R by rewrite sqr_sqrtr ?fraction_ge0.
  move: (Num.sqrt _) (sqrtr_ge0 (11 / 32 : R)) q_square => q q_ge0 q_square.
  have q_lower : 1 / 5 <= q.
    rewrite -(@ler_pexpn2r _ 2) ?nnegrE ?divr_ge0 ?ler0z // q_square.
    by apply: (@le_by_fraction R _ _ 243 800); field.
  rewrite (@spectral_radius_real R _ (1 + q) (1 - q)) ?trace_2x2 ?det_2x2;
    [|by ring|by rewrite mulrC -subr_sqr expr1n q_square; field].
  rewrite le_maxr (ger0_norm (addr_ge0 ler01 q_ge0)).
  by rewrite (le_trans _ (ler_add (lexx 1) q_lower)) //; apply: (@le_by_fraction R _ _ 0 1); field.
have det_J : \det (matrix_2x2 0 1 (- (3 / 2)) 2) = 3 / 2 :> R by rewrite det_2x2; field.
rewrite spectral_radius_conjugate ?trace_2x2 ?det_J.
  rewrite -(@ler_pexpn2r _ 2) ?nnegrE ?sqrtr_ge0 ?fraction_ge0 // sqr_sqrtr ?divr_ge0 ?ler0z //.
  by apply: (@le_by_fraction R _ _ 3 50); field.
by apply: (@le_by_fraction R _ _ 2 1); field.
Qed.

(** ρ(J_2 J_1) = √(63/64) *)
Lemma two_factors_radius : spectral_radius (factor 1 *m factor 0) < 1.
Proof.
have -> : factor 1 *m factor 0 = matrix_2x2 (- (21 / 32)) (7 / 8) (- 3) (5 / 2).
  by rewrite !cancelling_jacobian /= product_2x2; congr matrix_2x2; field.
have det_A : \det (matrix_2x2 (- (21 / 32)) (7 / 8) (- 3) (5 / 2)) = 63 / 64 :> R.
  by rewrite det_2x2; field.
rewrite spectral_radius_conjugate ?trace_2x2 ?det_A.
  by rewrite -[ltRHS]sqrtr1 ltr_sqrt //; apply: (@lt_by_fraction R _ _ 0 63); field.
by apply: (@le_by_fraction R _ _ 551 1024); field.
Qed.

(** ‖∏ diag(φ′(z_k)) W‖ → 0 *)
Lemma cancelling_product_vanishes :
  spectral_norm (slope_product W cancelling_slopes n) @[n --> \oo] --> (0 : R).
Proof.
pose A := factor 1 *m factor 0; pose c := 1 + spectral_norm (factor 0).
pose product k := slope_product W cancelling_slopes k.
have factor_parity k : factor k = factor (odd k) by rewrite !cancelling_jacobian oddb.
have next k : product k.+1 = factor k *m product k by [].
have even_steps k : product k.*2 = A ^+ k.
  elim: k => [//|k IH]; rewrite exprS -IH doubleS !next.
  rewrite (factor_parity k.*2.+1) (factor_parity k.*2) /= odd_double.
  exact: mulmxA.
have upper n : spectral_norm (product n) <= c * spectral_norm (A ^+ n./2).
  rewrite -{1}(odd_double_half n) mulrDl mul1r -even_steps.
  case: (odd n); last by rewrite add0n ler_addl mulr_ge0 ?spectral_norm_ge0.
  rewrite add1n next factor_parity odd_double.
  by apply: le_trans (spectral_norm_mulmx _ _) _; rewrite ler_addr spectral_norm_ge0.
have c_gt0 : 0 < c by rewrite ltr_paddr ?spectral_norm_ge0.
have /powers_vanish/cvgrPdist_lt powers := two_factors_radius.
apply/cvgrPdist_lt => eps eps_gt0; have [|N _ small] := powers (eps / c); first by rewrite divr_gt0.
exists N.*2 => // n /= n_ge; have /= := small n./2.
rewrite !sub0r !normrN !ger0_norm ?spectral_norm_ge0 // ltr_pdivl_mulr // mulrC.
move=> /(_ _)/(le_lt_trans (upper n)); apply.
by rewrite -(doubleK N) half_leq.
Qed.

(** Spectral radii above 1 don't imply explosion. Let W have the rows (0, 1) and (−3/2, 2), so that
    ρ(W) = √(3/2), and let U have a right inverse; b is arbitrary. From every state there are inputs
    along which ρ(J_k) ≥ 6/5 for every step Jacobian J_k, while Φ(t + n, t) → 0. *)
Theorem large_spectra_do_not_imply_explosion
    (m : nat) (net : network R 1 m) (V : 'M[R]_(m, 2)) t h :
    input_weight net *m V = 1%:M -> recurrent_weight net = cancelling_weight ->
  spectral_radius (recurrent_weight net) = Num.sqrt (3 / 2) /\
  exists x : nat -> 'cV[R]_m,
    (forall k, 6 / 5 <= spectral_radius (step_jacobian (tanh_activation R) net (x (t + k.+1)%N)
                                          (state (tanh_activation R) net x t k h))) /\
    spectral_norm (jacobian_product (tanh_activation R) net x t n h) @[n --> \oo] --> (0 : R).
Proof.
move=> UV1 W_cancelling; split.
  have det_W : \det W = 3 / 2 by rewrite det_2x2; field.
  rewrite W_cancelling spectral_radius_conjugate ?det_W // trace_2x2.
  by apply: (@le_by_fraction R _ _ 2 1); field.
have [x [x_slopes x_product]] := tanh_slopes_realised t h UV1 cancelling_slopes_bounds.
exists x; split=> [k|].
  by rewrite /step_jacobian x_slopes W_cancelling cancelling_jacobian_radius.
have -> : (fun n => spectral_norm (jacobian_product (tanh_activation R) net x t n h)) =
          (fun n => spectral_norm (slope_product W cancelling_slopes n)).
  by apply/funext => n; rewrite x_product W_cancelling.
exact: cancelling_product_vanishes.
Qed.

(** So it is false that the gradient explodes along all inputs along which W and every step Jacobian
    have a spectral radius of at least 6/5. *)
Corollary explosion_from_spectral_radii_refuted :
  ~ forall (net : network R 1 2) (x : nat -> 'cV[R]_2) (t : nat) (h : 'cV[R]_2),
      6 / 5 <= spectral_radius (recurrent_weight net) ->
      (forall k, 6 / 5 <= spectral_radius (step_jacobian (tanh_activation R) net (x (t + k.+1)%N)
                                            (state (tanh_activation R) net x t k h))) ->
      spectral_norm (jacobian_product (tanh_activation R) net x t n h) @[n --> \oo] --> +oo.
Proof.
move=> claim; pose net := plain_network cancelling_weight.
have [|W_radius [x [radii vanishes]]] :=
  @large_spectra_do_not_imply_explosion _ net 1%:M 0 0 _ erefl; first exact: mulmx1.
apply: infinity_is_not_zero vanishes; refine (claim net x 0%N 0 _ radii); rewrite W_radius.
rewrite -(@ler_pexpn2r _ 2) ?nnegrE ?sqrtr_ge0 ?fraction_ge0 // sqr_sqrtr ?divr_ge0 ?ler0z //.
by apply: (@le_by_fraction R _ _ 3 50); field.
Qed.

End LargeSpectra.
