(** * The growth rate over all inputs: the theorem

    For every activation with a bounded derivative, with α = inf φ′ and β = sup φ′, and every
    network whose input weight has a right inverse. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.classical Require Import boolp classical_sets functions.
From mathcomp.analysis Require Import reals signed topology normedtype sequences.
From gradproof Require Import network norms spectra realisation growth_products growth_inputs.
From gradproof Require Import growth growth_words growth_networks growth_berger_wang growth_darboux.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory Order.TTheory numFieldNormedType.Exports.
Local Open Scope ring_scope.
Local Open Scope classical_set_scope.

Section GrowthRateTheorem.

Variables (R : realType) (dim m : nat) (phi : activation R) (net : network R dim m).
Variables (lower upper : R) (V : 'M[R]_(m, dim.+1)).
Hypothesis phi_within : slopes_within phi lower upper.
Hypothesis UV1 : input_weight net *m V = 1%:M.
Notation W := (recurrent_weight net).
Notation alpha := (inf (range (slope phi))).
Notation beta := (sup (range (slope phi))).
Notation rate := (growth_rate W [set alpha; beta]).

Let range_closure : closure (range (slope phi)) = `[alpha, beta].
Proof. exact: bounded_slope_range_closure phi_within. Qed.

Let alpha_le : alpha <= beta.
Proof.
by have /andP[ge le] := slopes_within_of_closure range_closure 0; exact: le_trans ge le.
Qed.

Let interval_not_empty : `[alpha, beta] !=set0.
Proof. by exists alpha; rewrite /= in_itv /= lexx alpha_le. Qed.

(** Let φ′ be bounded and U have a right inverse, α = inf φ′ and β = sup φ′, and let M_n be the
    largest norm of diag(e_{n−1}) W ⋯ diag(e_0) W with all entries α or β. For all t and h_t:
    - the supremum of ‖∂h_{t+n}/∂h_t‖ over all inputs is M_n for every n, and M_n^(1/n) tends to the
      growth rate;
    - the supremum over all inputs of limsup ‖∂h_{t+n}/∂h_t‖^(1/n) is the growth rate;
    - M_n and the growth rate are the same for all entries in [α, β];
    - the growth rate is the supremum of ρ(A)^(1/p) over all words of p ≥ 1 columns whose entries
      are values of φ′, A the product over the word. *)
Theorem growth_rate_theorem t h :
  [/\ forall n, largest_jacobian_norm phi net t n h = largest_norm W [set alpha; beta] n,
      (fun n => nth_root n (largest_norm W [set alpha; beta] n)) --> rate,
      sup [set jacobian_growth_rate phi net x t h | x in setT] = rate,
      (forall n, largest_norm W `[alpha, beta] n = largest_norm W [set alpha; beta] n) /\
      growth_rate W `[alpha, beta] = rate &
      rate = sup (word_rates W (range (slope phi)))].
Proof.
have vertices n := largest_norm_vertices W n alpha_le.
have over_inputs n : largest_jacobian_norm phi net t n h = largest_norm W [set alpha; beta] n.
  by rewrite -vertices; exact: largest_norm_over_inputs UV1 range_closure.
split=> //.
- rewrite -growth_rate_vertices // -(funext vertices).
  exact: growth_rate_limit (@interval_bounded _ alpha beta) interval_not_empty.
- rewrite -growth_rate_vertices //.
  exact: (growth_rate_along_inputs range_closure UV1).
- by split; [exact: vertices | exact: growth_rate_vertices].
- by rewrite -growth_rate_vertices //; exact: growth_rate_words_of_slopes.
Qed.

(** Let φ′ be bounded and U have a right inverse. Gradients vanish uniformly over all inputs if and
    only if the growth rate is less than 1, and then they do so geometrically. If it is at least 1,
    the supremum of ‖∂h_{t+n}/∂h_t‖ over all inputs is at least 1 for every n. If it is greater than
    1, gradients explode from every state along inputs whose slopes repeat a word. *)
Theorem growth_rate_decides :
  [/\ forall t h, (largest_jacobian_norm phi net t ^~ h) --> (0 : R) <-> rate < 1,
      rate < 1 -> exists c r, [/\ 0 <= c, 0 <= r < 1 &
        forall x t n h, spectral_norm (jacobian_product phi net x t n h) <= c * r ^+ n],
      1 <= rate -> forall t n h, 1 <= largest_jacobian_norm phi net t n h &
      1 < rate -> exists e p q, [/\ (0 < p)%N, 1 < q & forall t h, exists x,
        (forall k, slopes phi net (x (t + k.+1)%N) (state phi net x t k h) = repeated e p k) /\
        (forall n, q ^+ n <= spectral_norm (jacobian_product phi net x t (n * p) h))]].
Proof.
have within := slopes_within_of_closure range_closure; rewrite -growth_rate_vertices //.
split=> [t h|||].
- exact: gradients_vanish_uniformly UV1 range_closure t h.
- exact: gradients_vanish_geometrically within.
- by move=> rate_ge1 t n h; exact: (gradients_do_not_vanish_uniformly UV1 range_closure).
- exact: (gradients_explode range_closure UV1).
Qed.

End GrowthRateTheorem.
