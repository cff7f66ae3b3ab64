(** * Growth rate 1

    Gradients don't vanish uniformly then, and they may or may not be bounded: for W = 1 and tanh no
    ‖∂h_{t+n}/∂h_t‖ exceeds 1; for W with the rows (1, 1) and (0, 1) it is at least n at the rest
    state h = 0 of tanh. Both growth rates are 1. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.classical Require Import boolp classical_sets functions mathcomp_extra.
From mathcomp.analysis Require Import reals signed topology normedtype sequences.
From gradproof Require Import network norms spectra activations realisation powers explosion.
From gradproof Require Import growth_products growth_inputs growth growth_words growth_examples.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory Order.TTheory numFieldNormedType.Exports.
Local Open Scope ring_scope.
Local Open Scope classical_set_scope.

Section Border.

Variable R : realType.
Implicit Types (n t : nat) (r c : R).

Let unit_slopes_bounded : slopes_bounded [set 0; 1 : R] 1.
Proof. by move=> s [->|->]; rewrite ?normr0 ?normr1. Qed.

(** The growth rate is 1 if 1 ≤ M_n ≤ c (n + 1) for all n. *)
Lemma growth_rate_1 dim (W : 'M[R]_dim.+1) c : 0 <= c ->
    (forall n, 1 <= largest_norm W [set 0; 1] n <= c * n.+1%:R) ->
  growth_rate W [set 0; 1] = 1.
Proof.
move=> c_ge0 M_within; apply/eqP; rewrite eq_le; apply/andP; split.
  apply/ler_addgt0Pr => eps eps_gt0.
  have r_ge0 : 0 <= 1 + eps by rewrite addr_ge0 // ltW.
  apply: (growth_rate_le (c := c * (1 + eps^-1)) r_ge0) => n.
  have /andP[_ M_le] := M_within n; apply: le_trans M_le _.
  rewrite -mulrA ler_wpmul2l // mulrDl mul1r -natr1 addrC ler_add //.
    by rewrite exprn_ege1 // ler_addl ltW.
  rewrite mulrC ler_pdivl_mulr //; have := bernoulli n r_ge0.
  by rewrite addrAC subrr add0r; apply: le_trans; rewrite ler_addr.
apply/ler_addgt0Pr => eps eps_gt0; have [|b _ M_le] :=
  @geometric_above_growth_rate _ _ W _ _ unit_slopes_bounded (growth_rate W [set 0; 1] + eps).
  by rewrite ltr_addl.
apply: (@le_of_powers _ _ _ b) => [|n]; first by rewrite addr_ge0 ?growth_rate_ge0 // ltW.
by have /andP[M_ge _] := M_within n; rewrite expr1n (le_trans M_ge).
Qed.

(** With all slopes 1 the product is Wⁿ. *)
Lemma power_le_largest_norm dim (W : 'M[R]_dim.+1) n :
  spectral_norm (W ^+ n) <= largest_norm W [set 0; 1] n.
Proof.
have one_in : [set 0; 1 : R] 1 by right.
have := le_largest_norm W n unit_slopes_bounded (slopes_in_constant one_in).
have -> // : slope_product W (fun=> const_mx 1) n = W ^+ n.
elim: n => [|n IH] //=; rewrite IH exprS; congr (_ *m _).
by rewrite /diagonal trmx_const diag_const_mx mul1mx.
Qed.

(** *** W = 1 *)

Lemma identity_largest_norm dim n :
  largest_norm (1%:M : 'M[R]_dim.+1) [set 0; 1] n = 1.
Proof.
apply/eqP; rewrite eq_le; apply/andP; split.
  apply: largest_norm_le => // e e_in.
  rewrite (le_trans (slope_product_le _ _ unit_slopes_bounded e_in)) // exprn_ile1 //.
    by rewrite mul1r spectral_norm_ge0.
  by rewrite mul1r spectral_norm_1.
apply: le_trans (power_le_largest_norm _ n).
have := entry_le_spectral_norm ((1%:M : 'M[R]_dim.+1) ^+ n) 0 0.
by rewrite [_ ^+ n](expr1n _ n) mxE eqxx normr1.
Qed.

(** For φ = tanh and W = 1 no ‖∂h_{t+n}/∂h_t‖ exceeds 1, and the growth rate is 1. *)
Theorem identity_growth_rate dim m (net : network R dim m) : recurrent_weight net = 1%:M ->
  growth_rate (recurrent_weight net) [set 0; 1] = 1 /\
  forall x t n h, spectral_norm (jacobian_product (tanh_activation R) net x t n h) <= 1.
Proof.
move=> W1; split=> [|x t n h].
  rewrite W1; apply: (@growth_rate_1 _ _ 1) => // n.
  by rewrite identity_largest_norm lexx mul1r ler1n.
apply: le_trans (jacobian_norm_le_largest_norm net x t n h (@tanh_slopes_within R)) _.
by rewrite largest_norm_vertices // W1 identity_largest_norm.
Qed.

(** *** The rows (1, 1) and (0, 1) *)

Notation shear := (matrix_2x2 1 1 0 1 : 'M[R]_2).

Let identity_2x2 : 1%:M = matrix_2x2 1 0 0 1 :> 'M[R]_2.
Proof. by apply/matrixP => -[[|[|i]] //= ?] [[|[|j]] //= ?]; rewrite !mxE. Qed.

Lemma shear_power n : shear ^+ n = matrix_2x2 1 n%:R 0 1.
Proof.
elim: n => [|n IH]; first by rewrite expr0 -identity_2x2.
rewrite exprS IH [LHS]product_2x2 !mul0r !mulr0 !mul1r !addr0 !add0r.
by rewrite natr1.
Qed.

(** The entries of a product with slopes 0 and 1 are at most those of the power. *)
Lemma shear_product e n : slopes_in [set 0; 1] e -> exists a b d : R,
  slope_product shear e n = matrix_2x2 a b 0 d /\
  [/\ 0 <= a <= 1, 0 <= b <= n%:R & 0 <= d <= 1].
Proof.
move=> e_in; have e_within k i : 0 <= e k i 0 <= 1.
  by case: (e_in k i) => ->; rewrite lexx ler01.
elim: n => [|n [a [b [d [PE [/andP[a0 a1] /andP[b0 b1] /andP[d0 d1]]]]]]].
  by exists 1, 0, 1; rewrite -identity_2x2 !lexx ler01.
have -> : slope_product shear e n.+1 = diagonal (e n) *m (shear *m slope_product shear e n).
  by rewrite mulmxA.
have /andP[p0 p1] := e_within n 0; have /andP[q0 q1] := e_within n 1.
have -> : e n = column_2 (e n 0 0) (e n 1 0).
  by apply/colP => -[[|[|i]] //= i_lt]; rewrite !mxE; congr (e n _ _); exact: val_inj.
move: (e n 0 0) (e n 1 0) p0 p1 q0 q1 => p q p0 p1 q0 q1.
rewrite PE product_2x2 diagonal_2x2 !mul0r !mulr0 !mul1r !addr0 !add0r mulr0.
exists (p * a), (p * (b + d)), (q * d); split=> //.
split; rewrite mulr_ge0 ?addr_ge0 ?mulr_ile1 //= -natr1.
exact: le_trans (ler_pimull (addr_ge0 b0 d0) p1) (ler_add b1 d1).
Qed.

Lemma shear_largest_norm n : 1 <= largest_norm shear [set 0; 1] n <= 2%:R * n.+1%:R.
Proof.
apply/andP; split.
  apply: le_trans (power_le_largest_norm _ n).
  apply: le_trans (entry_le_spectral_norm _ 0 0).
  by rewrite shear_power mxE /= normr1.
apply: largest_norm_le => [|e e_in]; first by rewrite mulr_ge0 ?ler0n.
have [a [b [d [-> [/andP[a0 a1] /andP[b0 b1] /andP[d0 d1]]]]]] := shear_product n e_in.
have n_ge1 : 1 <= n.+1%:R :> R by rewrite ler1n.
have n_le : n%:R <= n.+1%:R :> R by rewrite ler_nat.
apply: spectral_norm_le_entries => [|i k]; first by rewrite ler0n.
rewrite mxE; case: ifP => _; case: ifP => _; rewrite ger0_norm ?ler0n //.
- exact: le_trans a1 n_ge1.
- exact: le_trans b1 n_le.
- exact: le_trans d1 n_ge1.
Qed.

(** For tanh and W with the rows (1, 1) and (0, 1) the growth rate is 1, and without bias and inputs
    ‖∂h_{t+n}/∂h_t‖ ≥ n at h_t = 0. *)
Theorem shear_growth_rate m (net : network R 1 m) x t n : recurrent_weight net = shear ->
    bias net = 0 -> (forall k, x (t + k.+1)%N = 0) ->
  growth_rate (recurrent_weight net) [set 0; 1] = 1 /\
  n%:R <= spectral_norm (jacobian_product (tanh_activation R) net x t n 0).
Proof.
move=> W_shear no_bias no_input; split; last first.
  rewrite tanh_at_rest // W_shear shear_power.
  apply: le_trans (entry_le_spectral_norm _ 0 1).
  by rewrite mxE /= ger0_norm.
rewrite W_shear; apply: (@growth_rate_1 _ _ 2%:R) => [|k]; first exact: ler0n.
exact: shear_largest_norm.
Qed.

End Border.
