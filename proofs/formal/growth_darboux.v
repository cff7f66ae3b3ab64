(** * The range of φ′

    A derivative takes every value between two of its values (Darboux). So the closure of the range
    of a bounded φ′ is the interval from its infimum to its supremum. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.classical Require Import boolp classical_sets functions.
From mathcomp.analysis Require Import reals signed topology normedtype landau derive realfun.
From gradproof Require Import network growth_inputs.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory Order.TTheory numFieldNormedType.Exports.
Local Open Scope ring_scope.
Local Open Scope classical_set_scope.

Section Darboux.

Variable R : realType.
Implicit Types (f df : R -> R).

Lemma derivative_continuous f df : (forall z, is_derive z 1 f (df z)) -> continuous f.
Proof.
move=> f_derive z; apply/differentiable_continuous/derivable1_diffP.
by have [] := f_derive z.
Qed.

(** A derivative without a zero belongs to an injective function. *)
Lemma derivative_neq0_injective f df : (forall z, is_derive z 1 f (df z)) ->
  (forall z, df z <> 0) -> injective f.
Proof.
move=> f_derive df_neq0.
have no_pair x y : x < y -> f x <> f y.
  move=> x_lt f_eq; have [||c _ c_derive] := Rolle x_lt _ _ f_eq.
  - by move=> z _; have [] := f_derive z.
  - by apply: continuous_subspaceT; exact: derivative_continuous f_derive.
  by apply: (df_neq0 c); have [_ <-] := f_derive c; have [] := c_derive.
by move=> x y f_eq; case: (ltgtP x y) => // /no_pair; rewrite f_eq.
Qed.

Lemma nondecreasing_derivative_ge0 f df : (forall z, is_derive z 1 f (df z)) ->
  {homo f : x y / x <= y} -> forall z, 0 <= df z.
Proof.
move=> f_derive f_mono z; have [f_derivable <-] := f_derive z.
apply: limr_ge => //; apply: nearW => h; rewrite -[_ *: _]/(_ * _) /= [_%:A]mulr1.
have [h_ge|h_lt] := leP 0 h.
  by rewrite mulr_ge0 ?invr_ge0 // subr_ge0 f_mono // ler_addr.
by rewrite mulr_le0 ?invr_le0 ?(ltW h_lt) // subr_le0 f_mono // ger_addr ltW.
Qed.

(** A derivative without a zero doesn't change its sign. *)
Lemma derivative_neq0_sign f df : (forall z, is_derive z 1 f (df z)) ->
  (forall z, df z <> 0) -> (forall z, 0 <= df z) \/ (forall z, df z <= 0).
Proof.
move=> f_derive df_neq0.
have f_injective := derivative_neq0_injective f_derive df_neq0.
have f_continuous := derivative_continuous f_derive.
have [||f_mono|f_mono] := @itv_continuous_inj_mono R f `]-oo, +oo[%R.
- exact: continuous_subspaceT.
- by move=> x y _ _; exact: f_injective.
- by left; apply: nondecreasing_derivative_ge0 f_derive _ => x y; rewrite f_mono ?in_itv.
right=> z; rewrite -oppr_ge0; move: z.
apply: (@nondecreasing_derivative_ge0 (- f) (fun z => - df z)) => x y x_le.
by rewrite ler_opp2 f_mono ?in_itv.
Qed.

(** A derivative takes every value between two of its values. *)
Theorem darboux f df a b s : (forall z, is_derive z 1 f (df z)) -> df a < s < df b ->
  exists z, df z = s.
Proof.
move=> f_derive /andP[a_lt b_gt]; apply: contrapT => /forallNP not_s.
pose g : R -> R := f - s *: (@id R).
have g_derive z : is_derive z 1 g (df z - s).
  have := is_deriveB (f_derive z) (is_deriveZ s (is_derive_id z 1)).
  by rewrite [s *: 1]mulr1.
have [z|g_ge|g_le] := derivative_neq0_sign g_derive _.
- by move=> /eqP; rewrite subr_eq0 => /eqP; exact: not_s.
- by have := g_ge a; rewrite subr_ge0 leNgt a_lt.
by have := g_le b; rewrite subr_le0 leNgt b_gt.
Qed.

End Darboux.

Section Activation.

Variables (R : realType) (phi : activation R).

(** [inf φ′, sup φ′] is the closure of the range of φ′, if φ′ is bounded. *)
Theorem bounded_slope_range_closure alpha beta : slopes_within phi alpha beta ->
  closure (range (slope phi)) = `[inf (range (slope phi)), sup (range (slope phi))].
Proof.
move=> phi_within.
have not_empty : range (slope phi) !=set0 by exists (slope phi 0), 0.
have lower : has_lbound (range (slope phi)).
  by exists alpha => _ [z _ <-]; have /andP[] := phi_within z.
have upper : has_ubound (range (slope phi)).
  by exists beta => _ [z _ <-]; have /andP[] := phi_within z.
apply: slope_range_closure => [z|s /andP[s_gt s_lt]].
  by rewrite inf_lb ?sup_ub //; exists z.
have [_ [a _ <-] a_lt] := inf_lt not_empty s_gt.
have [_ [b _ <-] b_gt] := sup_gt not_empty s_lt.
have between : slope phi a < s < slope phi b by rewrite a_lt.
exact: darboux (slope_is_derivative phi) between.
Qed.

End Activation.
