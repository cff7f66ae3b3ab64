(** * The growth rate for tanh and for the logistic function

    [0, 1] is the closure of the range of tanh′, and [0, 1/4] that of the derivative of the logistic
    function. What inputs can do is decided by the products of diag(e) W with entries 0 and 1, or 0
    and 1/4. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.classical Require Import boolp classical_sets functions.
From mathcomp.analysis Require Import reals signed topology normedtype sequences.
From gradproof Require Import network norms spectra activations logistic realisation.
From gradproof Require Import growth_products growth_inputs growth growth_words.
From gradproof Require Import growth_berger_wang growth_networks.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory Order.TTheory numFieldNormedType.Exports.
Local Open Scope ring_scope.
Local Open Scope classical_set_scope.

Section Tanh.

Variables (R : realType) (dim m : nat) (net : network R dim m).
Notation W := (recurrent_weight net).
Notation phi := (tanh_activation R).
Notation rate := (growth_rate W [set 0; 1]).

Lemma tanh_slope_range : range (slope phi) = `]0, 1].
Proof.
have [bounds [_ onto]] := tanh_derivative_range R; apply/seteqP; split=> [_ [z _ <-]|s].
  by rewrite /= in_itv; exact: bounds.
by rewrite /= in_itv => /onto[z zE]; exists z.
Qed.

(** [0, 1] is the closure of the range of tanh′. *)
Lemma tanh_slope_range_closure : closure (range (slope phi)) = `[0, 1].
Proof.
apply: slope_range_closure (@tanh_slopes_within R) _ => s /andP[s_gt0 s_lt1].
by have [_ [_]] := tanh_derivative_range R; apply; rewrite s_gt0 ltW.
Qed.

(** For φ = tanh the growth rate is that of slopes 0 and 1, and the supremum of ρ(A)^(1/p) over all
    words of p ≥ 1 columns with entries in (0, 1]. *)
Theorem tanh_growth_rate_words : rate = sup (word_rates W `]0, 1]).
Proof.
rewrite -growth_rate_vertices // (growth_rate_words_of_slopes net tanh_slope_range_closure).
by rewrite tanh_slope_range.
Qed.

(** If it is less than 1, gradients vanish geometrically and uniformly over all inputs, all t and
    all h_t, whatever U is. *)
Theorem tanh_gradients_vanish_geometrically : rate < 1 ->
  exists c r, [/\ 0 <= c, 0 <= r < 1 &
    forall x t n h, spectral_norm (jacobian_product phi net x t n h) <= c * r ^+ n].
Proof.
rewrite -growth_rate_vertices //.
exact: gradients_vanish_geometrically (@tanh_slopes_within R).
Qed.

Variable V : 'M[R]_(m, dim.+1).
Hypothesis UV1 : input_weight net *m V = 1%:M.

(** If U has a right inverse, then for every n the supremum of ‖∂h_{t+n}/∂h_t‖ over all inputs is
    the largest norm of diag(e_{n−1}) W ⋯ diag(e_0) W with entries 0 and 1. *)
Theorem tanh_largest_norm_over_inputs t n h :
  largest_jacobian_norm phi net t n h = largest_norm W [set 0; 1] n.
Proof.
rewrite -largest_norm_vertices //.
exact: largest_norm_over_inputs UV1 tanh_slope_range_closure.
Qed.

(** Gradients vanish uniformly over all inputs if and only if the growth rate is less than 1. *)
Theorem tanh_gradients_vanish_uniformly t h :
  (largest_jacobian_norm phi net t ^~ h) --> (0 : R) <-> rate < 1.
Proof.
rewrite -growth_rate_vertices //.
exact: gradients_vanish_uniformly UV1 tanh_slope_range_closure t h.
Qed.

(** The supremum over all inputs of limsup ‖∂h_{t+n}/∂h_t‖^(1/n) is the growth rate. *)
Theorem tanh_growth_rate_along_inputs t h :
  sup [set jacobian_growth_rate phi net x t h | x in setT] = rate.
Proof.
rewrite -growth_rate_vertices //.
exact: (growth_rate_along_inputs tanh_slope_range_closure UV1).
Qed.

(** If the growth rate is greater than 1, gradients explode from every state along inputs whose
    slopes repeat a word. *)
Theorem tanh_gradients_explode : 1 < rate ->
  exists e p q, [/\ (0 < p)%N, 1 < q & forall t h, exists x,
    (forall k, slopes phi net (x (t + k.+1)%N) (state phi net x t k h) = repeated e p k) /\
    (forall n, q ^+ n <= spectral_norm (jacobian_product phi net x t (n * p) h))].
Proof.
rewrite -growth_rate_vertices //.
exact: (gradients_explode tanh_slope_range_closure UV1).
Qed.

End Tanh.

Section Logistic.

Variables (R : realType) (dim m : nat) (net : network R dim m).
Notation W := (recurrent_weight net).
Notation phi := (logistic_activation R).
Notation rate := (growth_rate W [set 0; 4^-1]).

Lemma logistic_slope_range : range (slope phi) = `]0, 4^-1].
Proof.
have [bounds [_ onto]] := logistic_derivative_range R; apply/seteqP; split=> [_ [z _ <-]|s].
  by rewrite /= in_itv; exact: bounds.
by rewrite /= in_itv => /onto[z zE]; exists z.
Qed.

(** [0, 1/4] is the closure of the range of the derivative of the logistic function. *)
Lemma logistic_slope_range_closure : closure (range (slope phi)) = `[0, 4^-1].
Proof.
apply: slope_range_closure (@logistic_slopes_within R) _ => s /andP[s_gt0 s_lt].
by have [_ [_]] := logistic_derivative_range R; apply; rewrite s_gt0 ltW.
Qed.

Let quarter_ge0 : 0 <= 4^-1 :> R.
Proof. by rewrite invr_ge0 ler0n. Qed.

(** For the logistic function the growth rate is that of slopes 0 and 1/4, and the supremum of
    ρ(A)^(1/p) over all words of p ≥ 1 columns with entries in (0, 1/4]. *)
Theorem logistic_growth_rate_words : rate = sup (word_rates W `]0, 4^-1]).
Proof.
rewrite -growth_rate_vertices // (growth_rate_words_of_slopes net logistic_slope_range_closure).
by rewrite logistic_slope_range.
Qed.

Variable V : 'M[R]_(m, dim.+1).
Hypothesis UV1 : input_weight net *m V = 1%:M.

(** If U has a right inverse, then for every n the supremum of ‖∂h_{t+n}/∂h_t‖ over all inputs is
    the largest norm of diag(e_{n−1}) W ⋯ diag(e_0) W with entries 0 and 1/4. *)
Theorem logistic_largest_norm_over_inputs t n h :
  largest_jacobian_norm phi net t n h = largest_norm W [set 0; 4^-1] n.
Proof.
rewrite -largest_norm_vertices //.
exact: largest_norm_over_inputs UV1 logistic_slope_range_closure.
Qed.

(** Gradients vanish uniformly over all inputs if and only if the growth rate is less than 1. *)
Theorem logistic_gradients_vanish_uniformly t h :
  (largest_jacobian_norm phi net t ^~ h) --> (0 : R) <-> rate < 1.
Proof.
rewrite -growth_rate_vertices //.
exact: gradients_vanish_uniformly UV1 logistic_slope_range_closure t h.
Qed.

End Logistic.
