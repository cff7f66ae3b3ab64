(** * Spectral radii below 1 don't make gradients vanish

    In dimension 2 there are tanh networks whose recurrent weight W has a spectral radius below 1,
    and inputs along which every step Jacobian has one too, while the product of the Jacobians grows
    exponentially: what decides is the growth over sequences of slopes. With a constant input the
    product can grow where ρ(W) = 1/2, because slopes below 1 undo a cancellation within W. *)

From mathcomp Require Import all_ssreflect all_algebra ring.
From mathcomp.real_closed Require Import complex.
From mathcomp.classical Require Import boolp classical_sets.
From mathcomp.analysis Require Import reals signed topology normedtype sequences.
From gradproof Require Import network norms activations realisation spectra explosion.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory Order.TTheory numFieldNormedType.Exports.
Local Open Scope ring_scope.
Local Open Scope classical_set_scope.

Section Refutation.

Variable R : realType.

Lemma le_by_difference (a b c : R) : 0 <= c -> b - a = c -> a <= b.
Proof. by move=> c_ge0 ba_c; rewrite -subr_ge0 ba_c. Qed.

Lemma le_by_fraction (a b : R) (p q : nat) : b - a = p%:R / q%:R -> a <= b.
Proof. by apply: le_by_difference; rewrite divr_ge0 ?ler0n. Qed.

Lemma lt_by_fraction (a b : R) (p q : nat) : b - a = p.+1%:R / q.+1%:R -> a < b.
Proof. by move=> difference; rewrite -subr_gt0 difference divr_gt0 ?ltr0n. Qed.

Lemma fraction_ge0 (a b : nat) : 0 <= (Posz a)%:~R / (Posz b)%:~R :> R.
Proof. by rewrite divr_ge0 ?ler0z. Qed.

Lemma square_norm_2 (a b : R) : euclidean_norm (column_2 a b) ^+ 2 = a ^+ 2 + b ^+ 2.
Proof. by rewrite euclidean_norm_squared big_ord_recl big_ord1 !mxE. Qed.

(** If ‖A v‖² ≥ c ‖v‖² for a v ≠ 0, then ‖A‖² ≥ c. *)
Lemma stretched_spectral_norm d (A : 'M[R]_d) (v : 'cV[R]_d) c : v != 0 -> 0 <= c ->
  c * euclidean_norm v ^+ 2 <= euclidean_norm (A *m v) ^+ 2 -> c <= spectral_norm A ^+ 2.
Proof.
move=> v_neq0 c_ge0 stretched.
have v_gt0 : 0 < euclidean_norm v ^+ 2.
  rewrite exprn_gt0 // lt_def euclidean_norm_ge0 andbT; apply: contra v_neq0.
  by move=> /eqP/euclidean_norm_eq0 ->.
rewrite -(ler_pmul2r v_gt0) -exprMn; apply: le_trans stretched _.
by rewrite ler_pexpn2r ?nnegrE ?mulr_ge0 ?sqrtr_ge0 ?spectral_norm_ge0 ?euclidean_norm_mulmx.
Qed.

Lemma tanh_slope_7_16 : 0 < (7 / 16 : R) <= 1.
Proof. by rewrite divr_gt0 ?ltr0z // ler_pdivr_mulr ?ltr0z // mul1r ler_int. Qed.

(** ** Small spectral radii of all factors *)

Section Oscillation.

(** The rows (−2, −3) and (3/2, 2). *)
Definition oscillating_weight : 'M[R]_2 := matrix_2x2 (- 2) (- 3) (3 / 2) 2.

Notation W := oscillating_weight.

(** (1, 7/16) and (7/16, 1) in turn: the slopes of tanh at the states (0, 3/4) and (3/4, 0). *)
Definition oscillating_slopes (k : nat) : 'cV[R]_2 :=
  if odd k then column_2 (7 / 16) 1 else column_2 1 (7 / 16).

(** ρ(W) = 1/√2 *)
Lemma oscillating_weight_radius : spectral_radius W = Num.sqrt (1 / 2).
Proof.
have det_W : \det W = 1 / 2 by rewrite det_2x2; field.
by rewrite spectral_radius_conjugate ?det_W // trace_2x2 addNr expr0n mulr_ge0 ?divr_ge0 ?ler0n.
Qed.

Lemma oscillating_jacobian k : diagonal (oscillating_slopes k) *m W =
  if odd k then matrix_2x2 (- (7 / 8)) (- (21 / 16)) (3 / 2) 2
  else matrix_2x2 (- 2) (- 3) (21 / 32) (7 / 8).
Proof.
rewrite /oscillating_slopes; case: (odd k); rewrite diagonal_2x2.
  by congr matrix_2x2; field.
by congr matrix_2x2; field.
Qed.

(** ρ(diag(φ′(z_k)) W) = 7/8 *)
Lemma oscillating_jacobian_radius k :
  spectral_radius (diagonal (oscillating_slopes k) *m W) = 7 / 8.
Proof.
have le_78 : 1 / 4 <= 7 / 8 :> R.
  by apply: (@le_by_fraction _ _ 5 8); field.
rewrite oscillating_jacobian; case: (odd k).
  rewrite (@spectral_radius_real _ _ (7 / 8) (1 / 4)) ?trace_2x2 ?det_2x2;
    [|by field|by field].
  by rewrite !ger0_norm ?divr_ge0 ?ler0z // (max_idPl le_78).
rewrite (@spectral_radius_real _ _ (- (7 / 8)) (- (1 / 4))) ?trace_2x2 ?det_2x2;
    [|by field|by field].
by rewrite !normrN !ger0_norm ?divr_ge0 ?ler0z // (max_idPl le_78).
Qed.

(** The eigenvalue −(953 + 27√1177)/1024 of the product of two factors, and its eigenvector. *)
Variable q : R.
Hypotheses (q_lower : 34 <= q) (q_square : q ^+ 2 = 1177).
Definition two_step_eigenvalue : R := - ((953 + 27 * q) / 1024).
Definition two_step_eigenvector : 'cV[R]_2 := column_2 (- 1) ((69 + q) / 56).
Notation v := two_step_eigenvector.
Notation mu := two_step_eigenvalue.
Notation factor k := (diagonal (oscillating_slopes k) *m W).

Lemma two_step_eigenvalue_lower : 9 / 5 < - mu.
Proof.
rewrite -subr_gt0 [ltRHS](_ : _ = (139 + 135 * (q - 34)) / 5120); last by rewrite /mu; field.
by rewrite divr_gt0 ?ltr0z // ltr_paddr ?ltr0z // mulr_ge0 ?ler0z // subr_ge0.
Qed.

Lemma two_step_eigenvalue_square : (9 / 5) ^+ 2 <= mu ^+ 2.
Proof.
have lower := ltW two_step_eigenvalue_lower.
by rewrite -[leRHS]sqrrN ler_pexpn2r ?nnegrE ?(le_trans _ lower) ?divr_ge0 ?ler0z.
Qed.

Lemma two_step_radius : spectral_radius (factor 1 *m factor 0) = - mu.
Proof.
have q_ge0 : 0 <= q by apply: le_trans q_lower; rewrite ler0z.
have mu_lt0 : mu < 0.
  by rewrite -oppr_gt0 (lt_trans _ two_step_eigenvalue_lower) // divr_gt0 ?ltr0z.
rewrite !oscillating_jacobian /= product_2x2.
rewrite (@spectral_radius_real _ _ mu (- ((953 - 27 * q) / 1024))) ?trace_2x2 ?det_2x2;
  [|by rewrite /mu; field|by rewrite /mu; field: q_square].
rewrite (ltr0_norm mu_lt0); apply/max_idPl; rewrite ler_norml opprK; apply/andP; split.
  apply: (@le_by_difference _ _ (27 / 512 * q)); last by rewrite /mu; field.
  by rewrite mulr_ge0 ?fraction_ge0.
by apply: (@le_by_fraction _ _ 953 512); rewrite /mu; field.
Qed.

Lemma two_steps k : ~~ odd k -> factor k.+1 *m (factor k *m v) = mu *: v.
Proof.
move=> even_k; rewrite !oscillating_jacobian /= even_k (negPf even_k) !mulmx_2x2.
apply/colP => i; rewrite !mxE; case: (i == 0); rewrite /mu; first by field.
by field: q_square.
Qed.

Lemma one_step k : ~~ odd k ->
  9 / 5 * euclidean_norm v ^+ 2 <= euclidean_norm (factor k *m v) ^+ 2.
Proof.
move=> even_k; rewrite oscillating_jacobian (negPf even_k) mulmx_2x2 !square_norm_2.
set y := (69 + q) / 56; pose e := y - 9 / 5; have y_e : y = 9 / 5 + e by rewrite addrC subrK.
have e_ge0 : 0 <= e.
  apply: (@le_by_difference _ _ ((11 + 5 * (q - 34)) / 280)); last by rewrite /e /y; field.
  by rewrite divr_ge0 ?ler0z // addr_ge0 ?ler0z // mulr_ge0 ?ler0z // subr_ge0.
pose d := 491 / 125 + 348 / 25 * e + 36 / 5 * e ^+ 2 + (7 / 8 * y - 21 / 32) ^+ 2.
apply: (@le_by_difference _ _ d); last by rewrite /d y_e; field.
apply: addr_ge0 (sqr_ge0 _); apply: addr_ge0 (mulr_ge0 (fraction_ge0 _ _) (sqr_ge0 e)).
exact: addr_ge0 (fraction_ge0 _ _) (mulr_ge0 (fraction_ge0 _ _) e_ge0).
Qed.

(** ‖∏ diag(φ′(z_k)) W‖² ≥ (9/5)^n *)
Lemma oscillation_grows n :
  (9 / 5) ^+ n <= spectral_norm (slope_product W oscillating_slopes n) ^+ 2.
Proof.
have v_neq0 : v != 0 by apply/eqP => /colP /(_ 0) /eqP; rewrite !mxE oppr_eq0 oner_eq0.
apply: (stretched_spectral_norm v_neq0); first by rewrite exprn_ge0 // fraction_ge0.
pose product k := slope_product W oscillating_slopes k.
have next k : product k.+1 *m v = factor k *m (product k *m v) by apply/esym/mulmxA.
have even_steps k : product k.*2 *m v = mu ^+ k *: v.
  elim: k => [|k IH]; first by rewrite mul1mx expr0 scale1r.
  by rewrite doubleS 2!next IH -!scalemxAr two_steps ?odd_double // scalerA exprSr.
have even_growth k : (9 / 5) ^+ k.*2 <= (mu ^+ k) ^+ 2.
  rewrite -mul2n exprM [leRHS]exprAC.
  by apply: ler_expn2r; rewrite ?nnegrE ?sqr_ge0 // two_step_eigenvalue_square.
rewrite -(odd_double_half n); set k := n./2; case: (odd n); rewrite ?add0n ?add1n -/(product _).
  rewrite next even_steps -scalemxAr euclidean_normZ [leRHS]exprMn real_normK ?num_real //.
  rewrite exprSr -mulrA; apply: ler_pmul; rewrite ?one_step ?odd_double //.
    by rewrite exprn_ge0 // fraction_ge0.
  by rewrite mulr_ge0 ?fraction_ge0 ?sqr_ge0.
rewrite even_steps euclidean_normZ [leRHS]exprMn real_normK ?num_real //.
by rewrite ler_wpmul2r ?sqr_ge0.
Qed.

End Oscillation.

Lemma root_1177 : 34 <= Num.sqrt 1177 :> R /\ Num.sqrt 1177 ^+ 2 = 1177 :> R.
Proof.
have q_square : Num.sqrt 1177 ^+ 2 = 1177 :> R by rewrite sqr_sqrtr ?ler0z.
split=> //; move: (Num.sqrt _) (sqrtr_ge0 (1177 : R)) q_square => q q_ge0 q_square.
rewrite -(@ler_pexpn2r _ 2) ?nnegrE ?ler0z // q_square.
by apply: (@le_by_fraction _ _ 21 1); field.
Qed.

(** ρ(J_2 J_1) > 9/5, though ρ(J_1) = ρ(J_2) = 7/8. *)
Theorem oscillating_product_radius :
  9 / 5 < spectral_radius (diagonal (oscillating_slopes 1) *m oscillating_weight
                           *m (diagonal (oscillating_slopes 0) *m oscillating_weight)).
Proof.
have [q_lower q_square] := root_1177; rewrite (two_step_radius q_lower q_square).
exact: two_step_eigenvalue_lower.
Qed.

(** ‖∏ diag(φ′(z_k)) W‖² ≥ (9/5)^n for the slopes (1, 7/16) and (7/16, 1) in turn. *)
Lemma oscillating_product_lower n :
  (9 / 5) ^+ n <= spectral_norm (slope_product oscillating_weight oscillating_slopes n) ^+ 2.
Proof. by have [q_lower q_square] := root_1177; apply: oscillation_grows q_lower q_square n. Qed.

Section TanhNetworks.

Variables (m : nat) (net : network R 1 m) (V : 'M[R]_(m, 2)).
Hypothesis right_inverse : input_weight net *m V = 1%:M.
Notation tanh := (tanh_activation R).

Lemma oscillating_slopes_bounds k i : 0 < oscillating_slopes k i 0 <= 1.
Proof.
have := tanh_slope_7_16; rewrite /oscillating_slopes.
by case: odd; rewrite mxE; case: (i == 0); rewrite ?ltr01 ?lexx.
Qed.

(** Spectral radii below 1 don't imply decay. Let W have the rows (−2, −3) and (3/2, 2), so that
    ρ(W) = 1/√2, and let U have a right inverse; b is arbitrary. From every state there are inputs
    along which ρ(J_k) = 7/8 for every step Jacobian J_k, while ‖Φ(t + n, t)‖² ≥ (9/5)^n for all n,
    so that ‖Φ(t + n, t)‖ tends to infinity. *)
Theorem small_spectra_do_not_imply_decay t h : recurrent_weight net = oscillating_weight ->
  spectral_radius (recurrent_weight net) = Num.sqrt (1 / 2) /\
  exists x : nat -> 'cV[R]_m,
    (forall k, spectral_radius
       (step_jacobian tanh net (x (t + k.+1)%N) (state tanh net x t k h)) = 7 / 8) /\
    (forall n, (9 / 5) ^+ n <= spectral_norm (jacobian_product tanh net x t n h) ^+ 2) /\
    spectral_norm (jacobian_product tanh net x t n h) @[n --> \oo] --> +oo.
Proof.
move=> W_oscillating; split; first by rewrite W_oscillating oscillating_weight_radius.
have [x [x_slopes x_product]] := tanh_slopes_realised t h right_inverse oscillating_slopes_bounds.
have lower n : (9 / 5) ^+ n <= spectral_norm (jacobian_product tanh net x t n h) ^+ 2.
  by rewrite x_product W_oscillating oscillating_product_lower.
exists x; split=> [k|].
  by rewrite /step_jacobian x_slopes W_oscillating oscillating_jacobian_radius.
split=> //; apply: (@geometric_growth _ (4 / 3)).
  by apply: (@lt_by_fraction _ _ 0 2); field.
move=> n; rewrite -(@ler_pexpn2r _ 2) ?nnegrE ?exprn_ge0 ?fraction_ge0 ?spectral_norm_ge0 //.
apply: le_trans (lower n); rewrite exprAC; apply: ler_expn2r.
- by rewrite nnegrE sqr_ge0.
- by rewrite nnegrE fraction_ge0.
by apply: (@le_by_fraction _ _ 1 45); field.
Qed.

End TanhNetworks.

(** ** A small spectral radius of W *)

Section Held.

(** The rows (1, 3/2) and (−3/2, −2). *)
Definition half_radius_weight : 'M[R]_2 := matrix_2x2 1 (3 / 2) (- (3 / 2)) (- 2).

(** −1/2 is the only eigenvalue of W. *)
Lemma half_radius : spectral_radius half_radius_weight = 1 / 2.
Proof.
rewrite (@spectral_radius_real _ _ (- (1 / 2)) (- (1 / 2))) ?trace_2x2 ?det_2x2;
  [|by field|by field].
by rewrite maxxx normrN ger0_norm ?divr_ge0.
Qed.

(** diag(3/4, 1) W has the eigenvalues −(5 ± √13)/8. *)
Lemma held_jacobian_radius :
  spectral_radius (diagonal (column_2 (3 / 4) 1) *m half_radius_weight) =
  (5 + Num.sqrt 13) / 8.
Proof.
have root_square : Num.sqrt 13 ^+ 2 = 13 :> R by rewrite sqr_sqrtr ?ler0z.
move: (Num.sqrt _) (sqrtr_ge0 (13 : R)) root_square => q q_ge0 q_square.
have y_ge0 : 0 <= (5 + q) / 8 by rewrite divr_ge0 ?addr_ge0 ?ler0z.
have z_le : `|(5 - q) / 8| <= (5 + q) / 8.
  rewrite ler_norml; apply/andP; split; first by apply: (@le_by_fraction _ _ 5 4); field.
  by apply: (@le_by_difference _ _ (q / 4)); [rewrite divr_ge0 ?ler0z|field].
rewrite diagonal_2x2 (@spectral_radius_real _ _ (- ((5 + q) / 8)) (- ((5 - q) / 8)))
  ?trace_2x2 ?det_2x2; [|by field|by field: q_square].
by rewrite !normrN (ger0_norm y_ge0) (max_idPl z_le).
Qed.

Lemma held_rate : 107 / 100 < (5 + Num.sqrt 13) / 8 :> R.
Proof.
have root_square : Num.sqrt 13 ^+ 2 = 13 :> R by rewrite sqr_sqrtr ?ler0z.
move: (Num.sqrt _) (sqrtr_ge0 (13 : R)) root_square => q q_ge0 q_square.
have q_lower : 18 / 5 <= q.
  rewrite -(@ler_pexpn2r _ 2) ?nnegrE ?fraction_ge0 // q_square.
  by apply: (@le_by_fraction _ _ 1 25); field.
apply: (@lt_le_trans _ _ (43 / 40)); first by apply: (@lt_by_fraction _ _ 0 199); field.
by apply: (@le_by_difference _ _ ((q - 18 / 5) / 8)); [rewrite divr_ge0 ?subr_ge0 ?ler0z|field].
Qed.

Variables (m : nat) (net : network R 1 m) (V : 'M[R]_(m, 2)).
Hypothesis right_inverse : input_weight net *m V = 1%:M.
Notation tanh := (tanh_activation R).

(** A small spectral radius of W doesn't imply decay. Let W have the rows (1, 3/2) and (−3/2, −2),
    so that ρ(W) = 1/2, and let U have a right inverse; b is arbitrary. A constant input u holds the
    state at h = (1/2, 0), and ‖Φ(t + n, t)‖ ≥ ((5 + √13)/8)^n for all t and n, where
    (5 + √13)/8 > 1.07. *)
Theorem small_radius_does_not_imply_decay : recurrent_weight net = half_radius_weight ->
  let h := column_2 (1 / 2) 0 in
  spectral_radius (recurrent_weight net) = 1 / 2 /\
  107 / 100 < (5 + Num.sqrt 13) / 8 :> R /\
  exists u : 'cV[R]_m,
    step tanh net u h = h /\
    forall t,
      (forall n, ((5 + Num.sqrt 13) / 8) ^+ n <=
                 spectral_norm (jacobian_product tanh net (fun=> u) t n h)) /\
      spectral_norm (jacobian_product tanh net (fun=> u) t n h) @[n --> \oo] --> +oo.
Proof.
move=> W_half h; split; first by rewrite W_half half_radius.
split; first exact: held_rate.
have [|z tanh_z] := @tanh_surjective R (1 / 2).
  by rewrite (lt_le_trans (ltrN10 R)) ?divr_ge0 //; apply: (@lt_by_fraction _ _ 0 1); field.
pose c := column_2 z 0; pose u := V *m (c - recurrent_weight net *m h - bias net).
have u_c : pre_activation net u h = c.
  rewrite /pre_activation mulmxA right_inverse mul1mx.
  by rewrite -addrA subrK addrC subrK.
have held : step tanh net u h = h.
  by apply/colP => i; rewrite /step u_c !mxE; case: (i == 0); rewrite /= ?tanh0.
have jacobian : step_jacobian tanh net u h = diagonal (column_2 (3 / 4) 1) *m half_radius_weight.
  rewrite /step_jacobian W_half /slopes u_c; congr (diagonal _ *m _).
  apply/colP => i; rewrite !mxE; case: (i == 0); rewrite /= ?tanh0 ?tanh_z; first by field.
  by rewrite expr0n subr0.
exists u; split=> // t.
have lower n : ((5 + Num.sqrt 13) / 8) ^+ n <=
    spectral_norm (jacobian_product tanh net (fun=> u) t n h).
  by rewrite -held_jacobian_radius -jacobian; apply: fixed_point_lower held _ _.
split=> //; apply: geometric_growth lower; apply: lt_trans held_rate.
by apply: (@lt_by_fraction _ _ 6 99); field.
Qed.

End Held.

(** The identity matrix as input weight, and no bias. *)
Definition plain_network (W : 'M[R]_2) : network R 1 2 := Network W 1%:M 0.

Lemma infinity_is_not_zero (u : nat -> R) : u --> +oo -> ~ (u --> (0 : R)).
Proof.
move=> /cvgry_gt /(_ 1) [n _ grows] /cvgr_lt /(_ 1 ltr01) [k _ vanishes].
have := lt_trans (grows (n + k)%N (leq_addr _ _)) (vanishes (n + k)%N (leq_addl _ _)).
by rewrite ltxx.
Qed.

(** So it is false that the gradient vanishes along all inputs along which W and every step Jacobian
    have a spectral radius of at most 7/8, *)
Corollary decay_from_spectral_radii_refuted :
  ~ forall (net : network R 1 2) (x : nat -> 'cV[R]_2) (t : nat) (h : 'cV[R]_2),
      spectral_radius (recurrent_weight net) <= 7 / 8 ->
      (forall k, spectral_radius (step_jacobian (tanh_activation R) net (x (t + k.+1)%N)
                                    (state (tanh_activation R) net x t k h)) <= 7 / 8) ->
      spectral_norm (jacobian_product (tanh_activation R) net x t n h) @[n --> \oo] --> (0 : R).
Proof.
move=> claim; pose net := plain_network oscillating_weight.
have [|W_radius [x [radii [_ grows]]]] :=
  @small_spectra_do_not_imply_decay _ net 1%:M _ 0 0 erefl; first exact: mulmx1.
apply: infinity_is_not_zero grows _; refine (claim net x 0%N 0 _ _) => [|k].
  rewrite W_radius -(@ler_pexpn2r _ 2) ?nnegrE ?sqrtr_ge0 ?fraction_ge0 // sqr_sqrtr ?divr_ge0 //.
  by apply: (@le_by_fraction _ _ 17 64); field.
by rewrite radii.
Qed.

(** and that it vanishes along all inputs if the spectral radius of W is 1/2. *)
Corollary decay_from_weight_radius_refuted :
  ~ forall (net : network R 1 2) (x : nat -> 'cV[R]_2) (t : nat) (h : 'cV[R]_2),
      spectral_radius (recurrent_weight net) = 1 / 2 ->
      spectral_norm (jacobian_product (tanh_activation R) net x t n h) @[n --> \oo] --> (0 : R).
Proof.
move=> claim; pose net := plain_network half_radius_weight.
have [|W_radius [_ [u [_ /(_ 0%N)[_ grows]]]]] :=
  @small_radius_does_not_imply_decay _ net 1%:M _ erefl; first exact: mulmx1.
by apply: infinity_is_not_zero grows _; refine (claim net (fun=> u) 0%N _ W_radius).
Qed.

End Refutation.
