(** * Words of slopes

    A word is a finite sequence of p columns of slopes. Repeated n times, its product
    A = diag(e_{p−1}) W ⋯ diag(e_0) W becomes Aⁿ, whose norm is at least ρ(A)ⁿ. So ρ(A) is at most
    the p-th power of the growth rate. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.classical Require Import boolp classical_sets.
From mathcomp.analysis Require Import reals signed topology normedtype.
From gradproof Require Import network norms spectra realisation growth_products growth.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

Section Words.

Variables (R : realType) (dim : nat) (W : 'M[R]_dim.+1).
Implicit Types (S : set R) (e : nat -> 'cV[R]_dim.+1) (gamma : R) (n p : nat).

(** e_0, …, e_{p−1}, again and again *)
Definition repeated e p : nat -> 'cV[R]_dim.+1 := fun k => e (k %% p)%N.

(** The product over the word repeated n times is the n-th power of the product over the word. *)
Lemma slope_product_repeated e p n :
  slope_product W (repeated e p) (n * p) = slope_product W e p ^+ n.
Proof.
elim: n => [//|n IH]; rewrite mulSn slope_product_add IH exprS; congr (_ *m _).
apply: eq_slope_product => k k_lt.
by rewrite /repeated modnMDl modn_small.
Qed.

(** The first p columns of e are a word with slopes in S. *)
Definition word_in S e p : Prop := forall k i, (k < p)%N -> S (e k i 0).

Lemma repeated_slopes_in S e p : (0 < p)%N -> word_in S e p -> slopes_in S (repeated e p).
Proof. by move=> p_gt0 word_S k i; apply: word_S; rewrite ltn_pmod. Qed.

Section Bounded.

Variables (S : set R) (gamma : R).
Hypothesis S_le : slopes_bounded S gamma.

(** For a word of p ≥ 1 slopes in S with the product A, ‖Aⁿ‖ ≤ M_{np} and so ρ(A)ⁿ ≤ M_{np}; *)
Theorem word_power_le e p n : (0 < p)%N -> word_in S e p ->
  spectral_radius (slope_product W e p) ^+ n <= spectral_norm (slope_product W e p ^+ n)
  <= largest_norm W S (n * p).
Proof.
move=> p_gt0 word_S; rewrite spectral_radius_power_le -slope_product_repeated.
exact: le_largest_norm S_le (repeated_slopes_in p_gt0 word_S).
Qed.

(** and ρ(A) is at most the p-th power of the growth rate. *)
Theorem word_below_growth_rate e p : (0 < p)%N -> word_in S e p ->
  spectral_radius (slope_product W e p) <= growth_rate W S ^+ p.
Proof.
move=> p_gt0 word_S; have bound n := word_power_le n p_gt0 word_S.
set rho := spectral_radius _ in bound *; rewrite leNgt; apply/negP => rho_gt.
have rate_ge0 := growth_rate_ge0 W S; have rho_ge0 : 0 <= rho by exact: spectral_radius_ge0.
have [r r_ge0 rE] := root_exists p_gt0 rho_ge0.
have r_gt : growth_rate W S < r by rewrite -(@ltr_pexpn2r _ p) ?nnegrE ?rE.
have [q_gt q_lt] := midf_lt r_gt; have q_ge0 := le_trans rate_ge0 (ltW q_gt).
have [c c_ge0 M_le] := geometric_above_growth_rate S_le q_gt.
move: q_lt; apply/negP; rewrite -leNgt -(@ler_pexpn2r _ p) ?nnegrE // rE.
apply: (@le_of_powers _ _ _ c) => [|n]; first exact: exprn_ge0.
have /andP[lower upper] := bound n.
by rewrite -exprM mulnC (le_trans lower) // (le_trans upper).
Qed.

End Bounded.
End Words.
