(** * The growth rate over all inputs

    The growth rate of diag(e) W with slopes in a set S is the greatest lower bound of the r ≥ 0 for
    which M_n ≤ c rⁿ with some c and all n: the joint spectral radius of these matrices. M_n lies
    above its n-th power for every n, and below rⁿ for large n if r is greater. The norms of the
    Jacobians of a network tend to 0 uniformly over all inputs if and only if it is less than 1. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.classical Require Import boolp classical_sets functions.
From mathcomp.analysis Require Import reals signed topology normedtype sequences.
From gradproof Require Import network norms realisation growth_products growth_inputs.
From gradproof Require Export roots.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory Order.TTheory numFieldNormedType.Exports.
Local Open Scope ring_scope.
Local Open Scope classical_set_scope.

Section GrowthRate.

Variables (R : realType) (dim : nat) (W : 'M[R]_dim.+1).
Implicit Types (S T : set R) (e : nat -> 'cV[R]_dim.+1) (r c gamma : R).

(** inf {r ≥ 0 : M_n ≤ c rⁿ for some c and all n} *)
Definition growth_rate S : R :=
  inf [set r | 0 <= r /\ exists c, forall n, largest_norm W S n <= c * r ^+ n].

Lemma growth_rate_ge0 S : 0 <= growth_rate S.
Proof.
rewrite /growth_rate; set rates := [set _ | _].
have [->|/set0P not_empty] := eqVneq rates set0; first by rewrite inf0.
by apply: lb_le_inf not_empty _ => r [].
Qed.

Section Bounded.

Variables (S : set R) (gamma : R).
Hypothesis S_le : slopes_bounded S gamma.
Notation M := (largest_norm W S).

(** If M_n ≤ c rⁿ for all n, then r is at least the growth rate, *)
Lemma growth_rate_le r c : 0 <= r -> (forall n, M n <= c * r ^+ n) -> growth_rate S <= r.
Proof.
move=> r_ge0 M_le; apply: inf_lb; first by exists 0 => q [].
by split=> //; exists c.
Qed.

(** There are such r, *)
Lemma geometric_rate_exists : exists2 r, 0 <= r & forall n, M n <= r ^+ n.
Proof.
exists (`|gamma| * spectral_norm W) => [|n]; first by rewrite mulr_ge0 ?spectral_norm_ge0.
apply: largest_norm_le => [|e]; first by rewrite exprn_ge0 ?mulr_ge0 ?spectral_norm_ge0.
by apply: slope_product_le => s /S_le /le_trans; apply; exact: ler_norm.
Qed.

(** and every r above the growth rate is one. *)
Theorem geometric_above_growth_rate r : growth_rate S < r ->
  exists2 c, 0 <= c & forall n, M n <= c * r ^+ n.
Proof.
move=> r_gt; have [|q [q_ge0 [c M_le]] q_lt] := inf_lt _ r_gt.
  have [q q_ge0 q_le] := geometric_rate_exists; exists q; split=> //.
  by exists 1 => n; rewrite mul1r.
exists `|c| => // n.
rewrite (le_trans (M_le n)) // (le_trans (ler_norm _)) // normrM ler_wpmul2l //.
have q_le := ltW q_lt; have r_ge0 := le_trans q_ge0 q_le.
by rewrite normrX ger0_norm // ler_expn2r ?nnegrE.
Qed.

(** M_{qn} ≤ M_n^q *)
Lemma largest_norm_multiple q n : M (q * n) <= M n ^+ q * M 0.
Proof.
elim: q => [|q IH]; first by rewrite mul0n mul1r.
rewrite mulSn exprS -mulrA (le_trans (largest_norm_submultiplicative _ _ _ S_le)) //.
by rewrite ler_wpmul2l ?largest_norm_ge0.
Qed.

(** The product of no factors is the identity. *)
Lemma largest_norm_0 : S !=set0 -> M 0 = 1.
Proof.
move=> [s S_s]; apply/eqP; rewrite eq_le; apply/andP; split.
  by apply: largest_norm_le => // e _; exact: spectral_norm_1.
apply: le_trans (le_largest_norm W 0 S_le (slopes_in_constant S_s)).
have := entry_le_spectral_norm (1%:M : 'M[R]_dim.+1) 0 0.
by rewrite mxE eqxx normr1.
Qed.

(** If M_n ≤ rⁿ for one n ≥ 1, then r is at least the growth rate: M_{qn+k} ≤ M_n^q M_k. *)
Lemma growth_rate_le_of_one n r : (0 < n)%N -> 0 < r -> M n <= r ^+ n -> growth_rate S <= r.
Proof.
move=> n_gt0 r_gt0 M_le; pose c := \sum_(k < n) M k / r ^+ k.
apply: (@growth_rate_le _ (M 0 * c)) => [|k]; first exact: ltW.
rewrite [X in M X](divn_eq k n) (le_trans (largest_norm_submultiplicative _ _ _ S_le)) //.
have c_ge : M (k %% n) <= c * r ^+ (k %% n).
  rewrite -ler_pdivr_mulr ?exprn_gt0 // /c (bigD1 (Ordinal (ltn_pmod k n_gt0))) //= ler_addl.
  by apply: sumr_ge0 => j _; rewrite divr_ge0 ?largest_norm_ge0 ?exprn_ge0 // ltW.
have q_le : M (k %/ n * n) <= M 0 * r ^+ (k %/ n * n).
  rewrite (le_trans (largest_norm_multiple _ _)) // mulrC ler_wpmul2l ?largest_norm_ge0 //.
  by rewrite mulnC exprM ler_expn2r ?nnegrE ?exprn_ge0 ?largest_norm_ge0 // ltW.
apply: le_trans (ler_pmul (largest_norm_ge0 _ _ _) (largest_norm_ge0 _ _ _) q_le c_ge) _.
by rewrite mulrACA -exprD -divn_eq.
Qed.

(** The n-th power of the growth rate is at most M_n. *)
Theorem growth_rate_power_le n : S !=set0 -> growth_rate S ^+ n <= M n.
Proof.
case: n => [|n'] S_not_empty; first by rewrite largest_norm_0.
have [n n_gt0 <-] : exists2 n, (0 < n)%N & n = n'.+1 by exists n'.+1.
rewrite leNgt; apply/negP => M_lt.
have [r r_ge0 rE] := root_exists n_gt0 (largest_norm_ge0 W S n).
have r_lt : r < growth_rate S.
  by rewrite -(@ltr_pexpn2r _ n) ?nnegrE ?growth_rate_ge0 ?rE.
have [r_lt_q q_lt] := midf_lt r_lt.
have q_gt0 := le_lt_trans r_ge0 r_lt_q.
move: q_lt; apply/negP; rewrite -leNgt (growth_rate_le_of_one n_gt0) // -rE.
by rewrite ler_expn2r ?nnegrE // ltW.
Qed.

(** M_n ≤ rⁿ for large n, if r is greater than the growth rate. *)
Theorem largest_norm_eventually_le r : growth_rate S < r ->
  exists N, forall n, (N <= n)%N -> M n <= r ^+ n.
Proof.
move=> r_gt; have [q_gt q_lt] := midf_lt r_gt.
have [c c_ge0 M_le] := geometric_above_growth_rate q_gt.
have [|N N_le] := @power_eventually_le _ ((growth_rate S + r) / 2%:R) r c.
  by rewrite q_lt (le_trans (growth_rate_ge0 S)) ?ltW.
by exists N => n n_ge; apply: le_trans (M_le n) (N_le n n_ge).
Qed.

(** The n-th root of M_n tends to the growth rate. *)
Theorem growth_rate_limit : S !=set0 -> (fun n => nth_root n (M n)) --> growth_rate S.
Proof.
move=> S_not_empty; apply/cvgrPdist_le => eps eps_gt0.
have [N N_le] : exists N, forall n, (N <= n)%N -> M n <= (growth_rate S + eps) ^+ n.
  by apply: largest_norm_eventually_le; rewrite ltr_addl.
exists N.+1 => // n /= n_gt; have n_gt0 : (0 < n)%N by exact: leq_ltn_trans n_gt.
have lower : growth_rate S <= nth_root n (M n).
  by rewrite le_nth_root ?growth_rate_ge0 ?largest_norm_ge0 // growth_rate_power_le.
rewrite distrC ger0_norm ?subr_ge0 // ler_subl_addl nth_root_le ?largest_norm_ge0 //.
  by rewrite N_le // ltnW.
by rewrite addr_ge0 ?growth_rate_ge0 // ltW.
Qed.

(** M_n → 0 if and only if the growth rate is less than 1. *)
Theorem largest_norm_cvg_0 : S !=set0 -> M --> (0 : R) <-> growth_rate S < 1.
Proof.
move=> S_not_empty; split=> [M_cvg|rate_lt].
  rewrite ltNge; apply/negP => rate_ge1.
  have /cvgrPdist_lt/(_ _ ltr01)[N _ /(_ N (leqnn N))] := M_cvg.
  rewrite /= sub0r normrN => /(le_lt_trans (ler_norm _)).
  by rewrite ltNge (le_trans (exprn_ege1 N rate_ge1)) ?growth_rate_power_le.
have [q_gt q_lt] := midf_lt rate_lt.
have [c c_ge0 M_le] := geometric_above_growth_rate q_gt.
apply: (@squeeze_cvgr _ _ _ _ (fun=> 0) _ (fun n => c * ((growth_rate S + 1) / 2%:R) ^+ n)).
- by apply: nearW => n; rewrite largest_norm_ge0 M_le.
- exact: cvg_cst.
- by apply: cvg_geometric_0; rewrite q_lt (le_trans (growth_rate_ge0 S) (ltW q_gt)).
Qed.

End Bounded.

(** The growth rate is the same for slopes in [α, β] and for slopes in {α, β}. *)
Corollary growth_rate_vertices (alpha beta : R) : alpha <= beta ->
  growth_rate `[alpha, beta] = growth_rate [set alpha; beta].
Proof.
move=> alpha_le; rewrite /growth_rate.
have -> // : largest_norm W `[alpha, beta] = largest_norm W [set alpha; beta].
by apply/funext => n; exact: largest_norm_vertices.
Qed.

(** The growth rate is the same for a bounded set of slopes and for its closure. *)
Corollary growth_rate_closure S gamma : slopes_bounded (closure S) gamma ->
  growth_rate (closure S) = growth_rate S.
Proof.
move=> S_le; rewrite /growth_rate.
have -> // : largest_norm W (closure S) = largest_norm W S.
by apply/funext => n; exact: largest_norm_closure S_le.
Qed.

End GrowthRate.

(** ** Networks *)

Section Network.

Variables (R : realType) (dim m : nat) (phi : activation R) (net : network R dim m).
Variables (alpha beta : R).
Implicit Types (x : nat -> 'cV[R]_m) (h : 'cV[R]_dim.+1) (t n : nat).
Notation rate := (growth_rate (recurrent_weight net) `[alpha, beta]).

(** If φ′ is within [α, β] and r is greater than the growth rate, there is a c with
    ‖∂h_{t+n}/∂h_t‖ ≤ c rⁿ for all inputs, all t, all n and all h_t. *)
Theorem jacobian_norm_geometric (r : R) : slopes_within phi alpha beta -> rate < r ->
  exists2 c, 0 <= c &
    forall x t n h, spectral_norm (jacobian_product phi net x t n h) <= c * r ^+ n.
Proof.
move=> phi_within r_gt.
have [c c_ge0 M_le] := geometric_above_growth_rate (@interval_bounded _ alpha beta) r_gt.
exists c => // x t n h; apply: le_trans (M_le n).
exact: jacobian_norm_le_largest_norm.
Qed.

(** If φ′ is within [α, β] and the growth rate is less than 1, gradients vanish geometrically and
    uniformly over all inputs, all t and all h_t, whatever U is. *)
Corollary gradients_vanish_geometrically : slopes_within phi alpha beta -> rate < 1 ->
  exists c r, [/\ 0 <= c, 0 <= r < 1 &
    forall x t n h, spectral_norm (jacobian_product phi net x t n h) <= c * r ^+ n].
Proof.
move=> phi_within rate_lt; have [r_gt r_lt] := midf_lt rate_lt.
have [c c_ge0 bound] := jacobian_norm_geometric phi_within r_gt.
exists c, ((rate + 1) / 2%:R); split=> //.
by rewrite r_lt andbT (le_trans (growth_rate_ge0 _ _) (ltW r_gt)).
Qed.

Variable V : 'M[R]_(m, dim.+1).
Hypothesis UV1 : input_weight net *m V = 1%:M.
Hypothesis range_closure : closure (range (slope phi)) = `[alpha, beta].

Let interval_not_empty : `[alpha, beta] !=set0.
Proof. by exists (slope phi 0); rewrite -range_closure; apply: subset_closure; exists 0. Qed.

(** If U has a right inverse and [α, β] is the closure of the range of φ′, then for every n the
    supremum of ‖∂h_{t+n}/∂h_t‖ over all inputs is at least the n-th power of the growth rate, *)
Theorem growth_rate_power_le_jacobian_norm t n h :
  rate ^+ n <= largest_jacobian_norm phi net t n h.
Proof.
rewrite (largest_norm_over_inputs t n h UV1 range_closure).
exact: growth_rate_power_le (@interval_bounded _ alpha beta) _ _.
Qed.

(** and its n-th root tends to the growth rate as n → ∞. *)
Theorem growth_rate_over_inputs t h :
  (fun n => nth_root n (largest_jacobian_norm phi net t n h)) --> rate.
Proof.
have -> : (fun n => nth_root n (largest_jacobian_norm phi net t n h))
    = (fun n => nth_root n (largest_norm (recurrent_weight net) `[alpha, beta] n)).
  by apply/funext => n; rewrite (largest_norm_over_inputs t n h UV1 range_closure).
exact: growth_rate_limit (@interval_bounded _ alpha beta) interval_not_empty.
Qed.

(** If the growth rate is at least 1, then so is this supremum, for every n. *)
Corollary gradients_do_not_vanish_uniformly t n h : 1 <= rate ->
  1 <= largest_jacobian_norm phi net t n h.
Proof.
move=> rate_ge1; apply: le_trans (growth_rate_power_le_jacobian_norm t n h).
exact: exprn_ege1.
Qed.

(** Gradients vanish uniformly, that is the supremum of ‖∂h_{t+n}/∂h_t‖ over all inputs tends to 0
    as n → ∞, if and only if the growth rate is less than 1. *)
Theorem gradients_vanish_uniformly t h :
  (largest_jacobian_norm phi net t ^~ h) --> (0 : R) <-> rate < 1.
Proof.
have -> : largest_jacobian_norm phi net t ^~ h = largest_norm (recurrent_weight net) `[alpha, beta].
  by apply/funext => n; exact: largest_norm_over_inputs UV1 range_closure.
exact: largest_norm_cvg_0 (@interval_bounded _ alpha beta) interval_not_empty.
Qed.

End Network.
