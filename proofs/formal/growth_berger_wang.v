(** * The theorem of Berger and Wang for words of slopes

    The growth rate of diag(e) W with slopes in a bounded set S is the supremum of ρ(A)^(1/p) over
    all words of p ≥ 1 columns with entries in S, A the product over the word.

    For q above the growth rate, N(v) = sup ‖A_n ⋯ A_1 v‖ / qⁿ is a norm, and A_k / q enlarges no
    norm. If q is near the growth rate, a long product takes some vector to one that is not much
    smaller. Two of the vectors on the way lie close together, so the product between them has an
    eigenvalue near 1. How close and how long depends on the dimension only, because there is a
    basis that fits N. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import complex.
From mathcomp.classical Require Import boolp classical_sets.
From mathcomp.analysis Require Import reals signed topology normedtype.
From gradproof Require Import network norms spectra realisation growth_products growth.
From gradproof Require Import growth_words growth_basis.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.
Local Open Scope classical_set_scope.

Section BergerWang.

Variables (R : realType) (dim : nat) (W : 'M[R]_dim.+1) (S : set R) (gamma : R).
Hypothesis S_le : slopes_bounded S gamma.
Hypothesis S_not_empty : S !=set0.
Implicit Types (e f : nat -> 'cV[R]_dim.+1) (v : 'cV[R]_dim.+1) (n p : nat).
Notation rate := (growth_rate W S).

(** *** The norm of trajectories *)

Section TrajectoryNorm.

Variable q : R.
Hypothesis q_gt : rate < q.

Let q_gt0 : 0 < q.
Proof. exact: le_lt_trans (growth_rate_ge0 W S) q_gt. Qed.

Definition trajectory v : set R :=
  [set r | exists e n, slopes_in S e /\ r = euclidean_norm (slope_product W e n *m v) / q ^+ n].

(** N(v) = sup ‖diag(e_{n−1}) W ⋯ diag(e_0) W v‖ / qⁿ *)
Definition trajectory_norm v : R := sup (trajectory v).
Notation N := trajectory_norm.

Lemma trajectory_le : exists2 c, 0 <= c & forall v, ubound (trajectory v) (c * euclidean_norm v).
Proof.
have [c c_ge0 M_le] := geometric_above_growth_rate S_le q_gt.
exists c => // v _ [e [n [S_e ->]]]; rewrite ler_pdivr_mulr ?exprn_gt0 // mulrAC.
apply: le_trans (euclidean_norm_mulmx _ _) _; rewrite ler_wpmul2r ?euclidean_norm_ge0 //.
exact: le_trans (le_largest_norm W n S_le S_e) (M_le n).
Qed.

Lemma trajectory_not_empty v : trajectory v !=set0.
Proof.
have [s S_s] := S_not_empty; exists (euclidean_norm (1%:M *m v) / q ^+ 0), (fun=> const_mx s), 0%N.
by split=> //; exact: slopes_in_constant.
Qed.

Lemma le_trajectory_norm e n v : slopes_in S e ->
  euclidean_norm (slope_product W e n *m v) <= q ^+ n * N v.
Proof.
move=> S_e; rewrite mulrC -ler_pdivr_mulr ?exprn_gt0 //; apply: sup_ub; last by exists e, n.
by have [c _ c_ubound] := trajectory_le; exists (c * euclidean_norm v).
Qed.

Lemma trajectory_norm_le v c : (forall e n, slopes_in S e ->
  euclidean_norm (slope_product W e n *m v) <= c * q ^+ n) -> N v <= c.
Proof.
move=> le_c; apply: sup_le_ub (trajectory_not_empty v) _ => _ [e [n [S_e ->]]].
by rewrite ler_pdivr_mulr ?exprn_gt0 // le_c.
Qed.

(** N is at least the Euclidean norm, and at most a multiple of it. *)
Lemma euclidean_norm_le_trajectory_norm v : euclidean_norm v <= N v.
Proof.
have [s S_s] := S_not_empty; have := le_trajectory_norm 0 v (slopes_in_constant S_s).
by rewrite mul1mx mul1r.
Qed.

Lemma trajectory_norm_equivalent : exists2 c, 0 <= c & forall v, N v <= c * euclidean_norm v.
Proof.
have [c c_ge0 c_ubound] := trajectory_le; exists c => // v.
exact: sup_le_ub (trajectory_not_empty v) (c_ubound v).
Qed.

Lemma trajectory_norm_ge0 v : 0 <= N v.
Proof. exact: le_trans (euclidean_norm_ge0 v) (euclidean_norm_le_trajectory_norm v). Qed.

Lemma entry_le_trajectory_norm v i : `|v i 0| <= N v.
Proof. exact: le_trans (entry_le_euclidean_norm v i) (euclidean_norm_le_trajectory_norm v). Qed.

Lemma trajectory_norm_add v w : N (v + w) <= N v + N w.
Proof.
apply: trajectory_norm_le => e n S_e; rewrite mulmxDr mulrDl.
apply: le_trans (euclidean_normD _ _) _.
by rewrite ler_add // mulrC le_trajectory_norm.
Qed.

Lemma trajectory_norm_scale_le c v : N (c *: v) <= `|c| * N v.
Proof.
apply: trajectory_norm_le => e n S_e.
rewrite -scalemxAr euclidean_normZ -mulrA ler_wpmul2l // mulrC.
exact: le_trajectory_norm.
Qed.

Lemma trajectory_norm_scale c v : N (c *: v) = `|c| * N v.
Proof.
apply/eqP; rewrite eq_le trajectory_norm_scale_le /=.
have [->|c_neq0] := eqVneq c 0; first by rewrite normr0 mul0r trajectory_norm_ge0.
rewrite -ler_pdivl_mull ?normr_gt0 // -normfV.
by rewrite -{1}(scalerK c_neq0 v) trajectory_norm_scale_le.
Qed.

(** N(A_n ⋯ A_1 v) ≤ qⁿ N(v) *)
Lemma trajectory_norm_product f n v : slopes_in S f ->
  N (slope_product W f n *m v) <= q ^+ n * N v.
Proof.
move=> S_f; apply: trajectory_norm_le => e k S_e.
pose g j := if (j < n)%N then f j else e (j - n)%N.
have S_g : slopes_in S g by move=> j i; rewrite /g; case: ifP => _; [exact: S_f | exact: S_e].
have -> : slope_product W e k *m (slope_product W f n *m v) = slope_product W g (k + n) *m v.
  rewrite slope_product_add mulmxA; congr (_ *m _ *m _); apply: eq_slope_product => j j_lt.
    by rewrite /g ltnNge leq_addr /= addKn.
  by rewrite /g j_lt.
by rewrite mulrAC -exprD addnC le_trajectory_norm.
Qed.

(** For every number below the n-th power of the growth rate some product of n factors enlarges some
    norm by more than this number. *)
Lemma enlarged_norm n a : 0 <= a < rate ^+ n ->
  exists e v, slopes_in S e /\ a * N v < N (slope_product W e n *m v).
Proof.
move=> /andP[a_ge0 a_lt]; apply: contrapT => no_e.
have step e v : slopes_in S e -> N (slope_product W e n *m v) <= a * N v.
  by move=> S_e; rewrite leNgt; apply/negP => gt; apply: no_e; exists e, v.
have [c c_ge0 N_le] := trajectory_norm_equivalent.
have steps k e v : slopes_in S e -> N (slope_product W e (k * n) *m v) <= a ^+ k * N v.
  move=> S_e; elim: k => [|k IH]; first by rewrite mul1mx mul1r.
  rewrite mulSn slope_product_add -mulmxA exprS -mulrA.
  apply: le_trans (step _ _ _) (ler_wpmul2l a_ge0 IH).
  by move=> j i; exact: S_e.
move: a_lt; apply/negP; rewrite -leNgt; apply: (@le_of_powers _ _ _ c) => // k.
rewrite -exprM mulnC; apply: le_trans (growth_rate_power_le W S_le (k * n) S_not_empty) _.
apply: largest_norm_le => [|e S_e]; first by rewrite mulr_ge0 ?exprn_ge0.
apply: spectral_norm_le => [|v]; first by rewrite mulr_ge0 ?exprn_ge0.
apply: le_trans (euclidean_norm_le_trajectory_norm _) _.
by rewrite (le_trans (steps k e v S_e)) // -mulrA mulrCA ler_wpmul2l ?exprn_ge0.
Qed.

End TrajectoryNorm.

(** *** A word with a great eigenvalue *)

(** e_i, e_{i+1}, … *)
Let shifted e i : nat -> 'cV[R]_dim.+1 := fun k => e (i + k)%N.

Let shifted_slopes_in e i : slopes_in S e -> slopes_in S (shifted e i).
Proof. by move=> S_e k j; exact: S_e. Qed.

Let product_between e i j v : (i <= j)%N ->
  slope_product W e j *m v = slope_product W (shifted e i) (j - i) *m (slope_product W e i *m v).
Proof. by move=> le_ij; rewrite mulmxA -slope_product_add subnK. Qed.

(** If a product of L factors takes v to a vector whose norm is not much smaller than q^L N(v), then
    the states on the way, divided by qᵏ N(v), have norms from 1/2 to 1. *)
Lemma normalised_states q e v L : rate < q -> slopes_in S e ->
    q ^+ L / 2%:R * trajectory_norm q v < trajectory_norm q (slope_product W e L *m v) ->
  exists y : nat -> 'cV[R]_dim.+1,
  [/\ forall k, trajectory_norm q (y k) <= 1,
      forall k, (k <= L)%N -> 1 < 2%:R * trajectory_norm q (y k) &
      forall i j, (i <= j)%N ->
        (q ^+ (j - i))^-1 *: slope_product W (shifted e i) (j - i) *m y i = y j].
Proof.
move=> q_gt S_e v_enlarged.
pose y k := (trajectory_norm q v * q ^+ k)^-1 *: (slope_product W e k *m v); exists y.
have q_gt0 : 0 < q by exact: le_lt_trans (growth_rate_ge0 W S) q_gt.
have q_pow k : 0 < q ^+ k by exact: exprn_gt0.
have v_gt0 : 0 < trajectory_norm q v.
  rewrite lt_neqAle trajectory_norm_ge0 // andbT eq_sym; apply: contraTneq v_enlarged => v_eq0.
  rewrite -leNgt v_eq0 mulr0; have := trajectory_norm_product q_gt L v S_e.
  by rewrite v_eq0 mulr0.
have y_norm k : trajectory_norm q (y k)
    = trajectory_norm q (slope_product W e k *m v) / (trajectory_norm q v * q ^+ k).
  by rewrite trajectory_norm_scale // ger0_norm ?invr_ge0 ?mulr_ge0 ?ltW // mulrC.
split=> [k|k k_le|i j le_ij].
- by rewrite y_norm ler_pdivr_mulr ?mulr_gt0 // mul1r mulrC trajectory_norm_product.
- rewrite y_norm mulrA ltr_pdivl_mulr ?mulr_gt0 // mul1r.
  have := trajectory_norm_product q_gt (L - k) (slope_product W e k *m v) (shifted_slopes_in k S_e).
  rewrite -product_between // => /(lt_le_trans v_enlarged).
  rewrite -{1}(subnK k_le) exprD -mulrA -mulrA ltr_pmul2l //.
  by rewrite mulrCA ltr_pdivr_mull ?ltr0n // [q ^+ k * _]mulrC.
rewrite -scalemxAl -scalemxAr scalerA -product_between // /y; congr (_ *: _).
by rewrite -invfM mulrCA -exprD subnK // mulrC.
Qed.

(** q⁻¹ λ is an eigenvalue of q⁻¹ A only if λ is one of A. *)
Let spectral_radius_scale (A : 'M[R]_dim.+1) q lambda : 0 < q -> spectrum (q^-1 *: A) lambda ->
  q * modulus lambda <= spectral_radius A.
Proof.
move=> q_gt0 /eigenvalueP[v vA v_neq0].
have -> : q * modulus lambda = modulus (q%:C * lambda)%C.
  by rewrite modulusM modulus_real gtr0_norm.
apply: modulus_le_spectral_radius; apply/eigenvalueP; exists v => //.
have q_neq0 : q%:C%C != 0 by rewrite (inj_eq (@complexI R)) lt0r_neq0.
by rewrite -scalerA -vA map_mxZ -scalemxAr scalerA fmorphV divff // scale1r.
Qed.

Let between_half_and_whole (x : R) : 0 < x -> exists2 a, 0 <= a < x & x < 2%:R * a.
Proof.
move=> x_gt0; have [_ half_lt] := midf_lt x_gt0; rewrite add0r in half_lt.
have [a_gt a_lt] := midf_lt half_lt; exists ((x / 2%:R + x) / 2%:R).
  by rewrite a_lt (le_trans _ (ltW a_gt)) // divr_ge0 ?ler0n // ltW.
by rewrite mulrC divfK ?pnatr_eq0 // ltr_addr divr_gt0 ?ltr0n.
Qed.

(** For every η > 0 there is a word of p ≥ 1 columns for which |det(1 − A/qᵖ)| is at most η times a
    number that depends on the dimension only, where q is greater than the growth rate. *)
Lemma nearly_singular eta : 0 < rate -> 0 < eta ->
  exists e p q, [/\ slopes_in S e, (0 < p)%N, rate < q &
    `|\det (1%:M - (q ^+ p)^-1 *: slope_product W e p)| <= determinant_factor R dim * eta].
Proof.
move=> rate_gt0 eta_gt0; have [L L_gt0 close] := close_columns dim eta_gt0.
have [a a_range a_gt] := between_half_and_whole (exprn_gt0 L rate_gt0).
have [|q q_ge0 qE] := @root_exists R (2%:R * a) L L_gt0.
  by rewrite (le_trans _ (ltW a_gt)) ?exprn_ge0 ?growth_rate_ge0.
have q_gt : rate < q by rewrite -(@ltr_pexpn2r _ L) ?nnegrE ?growth_rate_ge0 ?qE.
have a_half : a = q ^+ L / 2%:R by rewrite qE mulrC mulKf ?pnatr_eq0.
have [e [v [S_e]]] := enlarged_norm q_gt a_range; rewrite a_half => v_enlarged.
have [y [y_le y_gt y_step]] := normalised_states q_gt S_e v_enlarged.
have [Q Q_unit [columns_le coordinates_le]] :=
  fitting_basis (trajectory_norm_scale q_gt) (entry_le_trajectory_norm q_gt).
have [|i [j [/andP[lt_ij j_le] y_close]]] := close (fun k => invmx Q *m y k).
  by move=> k l; rewrite (le_trans (coordinates_le _ _)) // ler_pimulr ?ler0n.
have i_le : (i <= L)%N by exact: leq_trans (ltnW lt_ij) j_le.
exists (shifted e i), (j - i)%N, q; split=> //; [exact: shifted_slopes_in | by rewrite subn_gt0 |].
apply: (determinant_near_fixed_vector (trajectory_norm_scale q_gt) (trajectory_norm_add q_gt)
  Q_unit columns_le coordinates_le _ (y_gt i i_le)) => [w|k]; last first.
  by rewrite y_step ?(ltnW lt_ij) // mulmxBr.
have power_gt0 : 0 < q ^+ (j - i) by rewrite exprn_gt0 ?(lt_trans rate_gt0).
rewrite -scalemxAl trajectory_norm_scale // ger0_norm ?invr_ge0 ?(ltW power_gt0) //.
by rewrite ler_pdivr_mull // trajectory_norm_product //; exact: shifted_slopes_in.
Qed.

(** For every ε > 0 there is a word of p ≥ 1 columns with ρ(A) > (1 − ε) qᵖ, where q is greater than
    the growth rate. *)
Lemma great_eigenvalue eps : 0 < rate -> 0 < eps ->
  exists e p q, [/\ slopes_in S e, (0 < p)%N, rate < q &
    (1 - eps) * q ^+ p < spectral_radius (slope_product W e p)].
Proof.
move=> rate_gt0 eps_gt0; have factor_ge0 := determinant_factor_ge0 R dim.
have factor_gt0 : 0 < determinant_factor R dim + 1 by exact: ltr_paddl.
have [|e [p [q [S_e p_gt0 q_gt det_le]]]] :=
  @nearly_singular (eps ^+ dim.+1 / (determinant_factor R dim + 1)) rate_gt0.
  by rewrite divr_gt0 ?exprn_gt0.
exists e, p, q; split=> //.
have [|lambda A_lambda near_1] := eigenvalue_near_1 eps_gt0 (le_lt_trans det_le _).
  by rewrite mulrCA gtr_pmulr ?exprn_gt0 // ltr_pdivr_mulr // mul1r ltr_addl.
have power_gt0 : 0 < q ^+ p by rewrite exprn_gt0 ?(lt_trans rate_gt0).
rewrite mulrC; apply: lt_le_trans (spectral_radius_scale power_gt0 A_lambda).
rewrite ltr_pmul2l // ltr_subl_addr -ltr_subl_addl; apply: le_lt_trans near_1.
rewrite ler_subl_addr; have := modulusD (1 - lambda) lambda.
by rewrite subrK modulus_real normr1.
Qed.

(** If 0 ≤ r and r is less than the growth rate, there is a word of p ≥ 1 columns with slopes in S
    and ρ(A) > rᵖ, A the product over the word. *)
Theorem berger_wang r : 0 <= r < rate ->
  exists e p, [/\ slopes_in S e, (0 < p)%N & r ^+ p < spectral_radius (slope_product W e p)].
Proof.
move=> /andP[r_ge0 r_lt]; have rate_gt0 : 0 < rate by exact: le_lt_trans r_lt.
have ratio_lt1 : 0 < 1 - r / rate by rewrite subr_gt0 ltr_pdivr_mulr // mul1r.
have [e [p [q [S_e p_gt0 q_gt rho_gt]]]] := great_eigenvalue rate_gt0 ratio_lt1.
exists e, p; split=> //; apply: le_lt_trans rho_gt; rewrite subKr.
have ratio_ge0 : 0 <= r / rate by rewrite divr_ge0 // ltW.
have -> : r ^+ p = (r / rate) ^+ p * rate ^+ p by rewrite -exprMn divfK ?lt0r_neq0.
apply: ler_pmul; rewrite ?exprn_ge0 ?(ltW rate_gt0) //; last first.
  by rewrite ler_expn2r ?nnegrE ?ltW // (lt_trans rate_gt0).
by rewrite -(prednK p_gt0) exprS ler_pimulr // exprn_ile1 // ltW // -subr_gt0.
Qed.

(** ρ(A)^(1/p) for the words of p ≥ 1 columns with slopes in S, A the product over the word. *)
Definition word_rates : set R := [set r | exists e p,
  [/\ slopes_in S e, (0 < p)%N & r = nth_root p (spectral_radius (slope_product W e p))]].

Let word_rate_le : ubound word_rates rate.
Proof.
move=> _ [e [p [S_e p_gt0 ->]]].
rewrite nth_root_le ?growth_rate_ge0 ?spectral_radius_ge0 //.
by apply: (word_below_growth_rate W S_le p_gt0) => k i _; exact: S_e.
Qed.

(** The growth rate is the supremum of ρ(A)^(1/p) over all words. *)
Theorem growth_rate_words : rate = sup word_rates.
Proof.
have [s S_s] := S_not_empty.
have word_rates_le r : word_rates r -> r <= sup word_rates.
  by move=> r_rate; apply: sup_ub r_rate; exists rate.
pose r0 := nth_root 1 (spectral_radius (slope_product W (fun=> const_mx s) 1)).
have r0_rate : word_rates r0.
  by exists (fun=> const_mx s), 1%N; split=> //; exact: slopes_in_constant.
apply/eqP; rewrite eq_le andbC sup_le_ub /=; last exact: word_rate_le; last by exists r0.
rewrite leNgt; apply/negP => sup_lt; have [r_gt r_lt] := midf_lt sup_lt.
have r_ge0 := le_trans (le_trans (nth_root_ge0 _ _) (word_rates_le _ r0_rate)) (ltW r_gt).
have [|e [p [S_e p_gt0 rho_gt]]] := @berger_wang ((sup word_rates + rate) / 2%:R).
  by rewrite r_ge0.
move: r_gt; apply/negP; rewrite -leNgt.
apply: le_trans (word_rates_le (nth_root p (spectral_radius (slope_product W e p))) _).
  by rewrite le_nth_root ?spectral_radius_ge0 //; exact: ltW.
by exists e, p.
Qed.

End BergerWang.
