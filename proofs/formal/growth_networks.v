(** * Inputs that come near the growth rate

    If the input weight has a right inverse and [α, β] is the closure of the range of φ′, then for
    every r below the growth rate there are inputs whose slopes repeat a word of p columns and along
    which ‖∂h_{t+np}/∂h_t‖ ≥ r^(np) for all n. So the growth rate is the supremum over all inputs of
    limsup ‖∂h_{t+n}/∂h_t‖^(1/n). If it is greater than 1, gradients explode along some inputs. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.classical Require Import boolp classical_sets functions.
From mathcomp.analysis Require Import reals signed topology normedtype sequences.
From gradproof Require Import network norms spectra realisation.
From gradproof Require Import growth_products growth_inputs growth growth_words growth_berger_wang.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory Order.TTheory numFieldNormedType.Exports.
Local Open Scope ring_scope.
Local Open Scope classical_set_scope.

(** *** The greatest limit of a sequence *)

Section GreatestLimit.

Variables (R : realType) (u : nat -> R) (c : R).
Hypothesis u_within : forall n, 0 <= u n <= c.

Let u_bounded : bounded_fun u.
Proof.
exists c; split=> [|b c_lt n _ /=]; first exact: num_real.
by have /andP[u_ge0 u_le] := u_within n; rewrite ger0_norm // (le_trans u_le) // ltW.
Qed.

Let le_sups N n : (N <= n)%N -> u n <= sups u N.
Proof.
move=> n_ge; apply: sup_ub; last by exists n.
by exists c => _ [k _ <-]; have /andP[] := u_within k.
Qed.

(** limsup u_n ≤ b if u_n ≤ r for large n, for every r > b *)
Lemma lim_sup_le b : (forall r, b < r -> exists N, forall n, (N <= n)%N -> u n <= r) ->
  lim_sup u <= b.
Proof.
move=> eventually_le; rewrite lim_supE //; apply/ler_addgt0Pr => eps eps_gt0.
have [|N N_le] := eventually_le (b + eps); first by rewrite ltr_addl.
apply: le_trans (_ : sups u N <= _).
  by apply: inf_lb; [exact: bounded_fun_has_lbound_sups | exists N].
by apply: sup_le_ub => [|_ [n /= n_ge <-]]; [exists (u N), N => /= | exact: N_le].
Qed.

(** r ≤ limsup u_n if u_n ≥ r for arbitrarily large n *)
Lemma le_lim_sup r : (forall N, exists2 n, (N <= n)%N & r <= u n) -> r <= lim_sup u.
Proof.
move=> often_ge; rewrite lim_supE //; apply: lb_le_inf => [|_ [N _ <-]].
  by exists (sups u 0%N), 0%N.
by have [n n_ge u_ge] := often_ge N; exact: le_trans u_ge (le_sups n_ge).
Qed.

End GreatestLimit.

Section Network.

Variables (R : realType) (dim m : nat) (phi : activation R) (net : network R dim m).
Variables (alpha beta : R).
Implicit Types (x : nat -> 'cV[R]_m) (h : 'cV[R]_dim.+1) (t n : nat) (r : R).
Notation W := (recurrent_weight net).
Notation rate := (growth_rate W `[alpha, beta]).

(** limsup ‖∂h_{t+n}/∂h_t‖^(1/n) as n → ∞, along the inputs x from h_t = h *)
Definition jacobian_growth_rate x t h : R :=
  lim_sup (fun n => nth_root n (spectral_norm (jacobian_product phi net x t n h))).

Section Within.

Hypothesis phi_within : slopes_within phi alpha beta.

Let rate_range x t h r : rate < r -> exists N, forall n, (N <= n)%N ->
  nth_root n (spectral_norm (jacobian_product phi net x t n h)) <= r.
Proof.
move=> r_gt; have r_ge0 := le_trans (growth_rate_ge0 _ _) (ltW r_gt).
have [N N_le] := largest_norm_eventually_le (@interval_bounded _ alpha beta) r_gt.
exists N.+1 => n n_gt; have n_gt0 : (0 < n)%N by exact: leq_ltn_trans n_gt.
rewrite nth_root_le ?spectral_norm_ge0 //; apply: le_trans (N_le n (ltnW n_gt)).
exact: jacobian_norm_le_largest_norm.
Qed.

Lemma jacobian_roots_bounded x t h : exists c, forall n,
  0 <= nth_root n (spectral_norm (jacobian_product phi net x t n h)) <= c.
Proof.
have [q q_ge0 M_le] := geometric_rate_exists W (@interval_bounded _ alpha beta).
exists (q + nth_root 0 (spectral_norm (jacobian_product phi net x t 0%N h))) => -[|n].
  by rewrite nth_root_ge0 ler_addr.
rewrite nth_root_ge0 (le_trans (_ : _ <= q)) ?ler_addl ?nth_root_ge0 //.
rewrite nth_root_le ?spectral_norm_ge0 //; apply: le_trans (M_le _).
exact: jacobian_norm_le_largest_norm.
Qed.

(** For φ′ within [α, β] no inputs give a greater rate than the growth rate, whatever U is. *)
Theorem jacobian_growth_rate_le x t h : 0 <= jacobian_growth_rate x t h <= rate.
Proof.
have [c within_c] := jacobian_roots_bounded x t h; apply/andP; split.
  by apply: (le_lim_sup within_c) => N; exists N => //; exact: nth_root_ge0.
by apply: (lim_sup_le within_c); exact: rate_range.
Qed.

End Within.

Hypothesis range_closure : closure (range (slope phi)) = `[alpha, beta].

Let range_bounded : slopes_bounded (range (slope phi)) (`|alpha| + `|beta|).
Proof.
move=> s s_range; apply: (@interval_bounded _ alpha beta).
by rewrite -range_closure; exact: subset_closure.
Qed.

Let range_not_empty : range (slope phi) !=set0.
Proof. by exists (slope phi 0), 0. Qed.

Let growth_rate_range : rate = growth_rate W (range (slope phi)).
Proof.
rewrite -range_closure; apply: (@growth_rate_closure _ _ _ _ (`|alpha| + `|beta|)).
by rewrite range_closure; exact: interval_bounded.
Qed.

(** If [α, β] is the closure of the range of φ′, the growth rate is the supremum of ρ(A)^(1/p) over
    all words of p ≥ 1 columns whose entries are values of φ′. *)
Theorem growth_rate_words_of_slopes : rate = sup (word_rates W (range (slope phi))).
Proof. by rewrite growth_rate_range; exact: growth_rate_words range_bounded range_not_empty. Qed.

Variable V : 'M[R]_(m, dim.+1).
Hypothesis UV1 : input_weight net *m V = 1%:M.

(** Let U have a right inverse, let [α, β] be the closure of the range of φ′, and let r ≥ 0 be less
    than the growth rate. There is a word of p ≥ 1 columns such that from every state some inputs
    repeat it as slopes, and ‖∂h_{t+np}/∂h_t‖ ≥ r^(np) along them for all n. *)
Theorem inputs_near_growth_rate r : 0 <= r < rate ->
  exists e p, (0 < p)%N /\ forall t h, exists x,
    (forall k, slopes phi net (x (t + k.+1)%N) (state phi net x t k h) = repeated e p k) /\
    (forall n, r ^+ (n * p) <= spectral_norm (jacobian_product phi net x t (n * p) h)).
Proof.
rewrite growth_rate_range => r_range; have r_ge0 : 0 <= r by case/andP: r_range.
have [e [p [S_e p_gt0 rho_gt]]] := berger_wang range_bounded range_not_empty r_range.
exists e, p; split=> // t h.
have [|x [x_slopes xJ]] := slopes_realised (e := repeated e p) (phi := phi) t h UV1.
  by move=> k i; have [z _ zE] := S_e (k %% p)%N i; exists z.
exists x; split=> // n; rewrite xJ slope_product_repeated mulnC exprM.
apply: le_trans (spectral_radius_power_le _ _); apply: ler_expn2r; last exact: ltW.
  by rewrite nnegrE exprn_ge0.
by rewrite nnegrE spectral_radius_ge0.
Qed.

(** The supremum of limsup ‖∂h_{t+n}/∂h_t‖^(1/n) over all inputs is the growth rate, from every
    state. *)
Theorem growth_rate_along_inputs t h :
  sup [set jacobian_growth_rate x t h | x in setT] = rate.
Proof.
have phi_within := slopes_within_of_closure range_closure.
have rate_le x := jacobian_growth_rate_le phi_within x t h.
set rates := [set _ | _ in _].
have rates_not_empty : rates !=set0 by exists (jacobian_growth_rate (fun=> 0) t h), (fun=> 0).
have rates_le : ubound rates rate by move=> _ [x _ <-]; have /andP[] := rate_le x.
have sup_ge x : jacobian_growth_rate x t h <= sup rates.
  by apply: sup_ub; [exists rate | exists x].
apply/eqP; rewrite eq_le sup_le_ub //= leNgt; apply/negP => sup_lt.
have [r_gt r_lt] := midf_lt sup_lt; set r := (_ / _) in r_gt r_lt.
have r_ge0 : 0 <= r.
  by have /andP[ge0 _] := rate_le (fun=> 0); exact: le_trans (le_trans ge0 (sup_ge _)) (ltW r_gt).
have [|e [p [p_gt0 inputs]]] := @inputs_near_growth_rate r; first by rewrite r_ge0.
have [x [_ x_norms]] := inputs t h; move: r_gt; apply/negP; rewrite -leNgt.
apply: le_trans (sup_ge x); have [c within_c] := jacobian_roots_bounded phi_within x t h.
apply: (le_lim_sup within_c) => N; exists (N.+1 * p)%N.
  by rewrite (leq_trans (leqnSn N)) // leq_pmulr.
by rewrite le_nth_root ?spectral_norm_ge0 // muln_gt0.
Qed.

(** If the growth rate is greater than 1, gradients explode: there are a word of p ≥ 1 columns and a
    q > 1 such that from every state some inputs repeat the word as slopes, and
    ‖∂h_{t+np}/∂h_t‖ ≥ qⁿ along them for all n. *)
Corollary gradients_explode : 1 < rate ->
  exists e p q, [/\ (0 < p)%N, 1 < q & forall t h, exists x,
    (forall k, slopes phi net (x (t + k.+1)%N) (state phi net x t k h) = repeated e p k) /\
    (forall n, q ^+ n <= spectral_norm (jacobian_product phi net x t (n * p) h))].
Proof.
move=> rate_gt; have [r_gt r_lt] := midf_lt rate_gt; set r := (_ / _) in r_gt r_lt.
have [|e [p [p_gt0 inputs]]] := @inputs_near_growth_rate r.
  by rewrite r_lt (le_trans ler01) ?ltW.
exists e, p, (r ^+ p); split=> // [|t h]; first by rewrite exprn_egt1 // -lt0n.
have [x [x_slopes x_norms]] := inputs t h; exists x; split=> // n.
by rewrite -exprM mulnC.
Qed.

End Network.
