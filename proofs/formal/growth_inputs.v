(** * The largest norm of a Jacobian over all inputs

    No ‖∂h_{t+n}/∂h_t‖ exceeds M_n, the largest norm of a product with slopes in an interval that
    contains the range of φ′. If the input weight has a right inverse, and the interval is the
    closure of that range, then M_n is the supremum over all inputs, whatever t and h_t are. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.classical Require Import boolp classical_sets functions.
From mathcomp.analysis Require Import reals signed topology normedtype.
From gradproof Require Import network norms realisation growth_products.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory Order.TTheory numFieldNormedType.Exports.
Local Open Scope ring_scope.
Local Open Scope classical_set_scope.

Section OverInputs.

Variables (R : realType) (dim m : nat).
Variables (phi : activation R) (net : network R dim m).
Implicit Types (x : nat -> 'cV[R]_m) (h : 'cV[R]_dim.+1) (alpha beta : R).
Notation W := (recurrent_weight net).

(** sup {‖∂h_{t+n}/∂h_t‖ : all inputs}, for h_t = h *)
Definition largest_jacobian_norm (t n : nat) h : R :=
  sup [set spectral_norm (jacobian_product phi net x t n h) | x in setT].

(** For φ′ within [α, β] no ‖∂h_{t+n}/∂h_t‖ exceeds M_n, whatever U, the inputs and h_t are. *)
Theorem jacobian_norm_le_largest_norm alpha beta x t n h : slopes_within phi alpha beta ->
  spectral_norm (jacobian_product phi net x t n h) <= largest_norm W `[alpha, beta] n.
Proof.
move=> phi_within; rewrite jacobian_product_slope_product.
apply: le_largest_norm (@interval_bounded _ alpha beta) _ => k i.
by rewrite mxE /= in_itv; exact: phi_within.
Qed.

(** So is the supremum over all inputs. *)
Corollary largest_jacobian_norm_le alpha beta t n h : slopes_within phi alpha beta ->
  largest_jacobian_norm t n h <= largest_norm W `[alpha, beta] n.
Proof.
move=> phi_within; apply: sup_le_ub => [|_ [x _ <-]].
  by exists (spectral_norm (jacobian_product phi net (fun=> 0) t n h)), (fun=> 0).
exact: (jacobian_norm_le_largest_norm x t n h phi_within).
Qed.

Lemma slopes_within_of_closure alpha beta : closure (range (slope phi)) = `[alpha, beta] ->
  slopes_within phi alpha beta.
Proof.
move=> range_closure z; have : closure (range (slope phi)) (slope phi z).
  by apply: subset_closure; exists z.
by rewrite range_closure /= in_itv.
Qed.

(** If U has a right inverse and [α, β] is the closure of the range of φ′, then the supremum of
    ‖∂h_{t+n}/∂h_t‖ over all inputs is M_n, for all t, n and h_t. *)
Theorem largest_norm_over_inputs (V : 'M[R]_(m, dim.+1)) alpha beta t n h :
    input_weight net *m V = 1%:M -> closure (range (slope phi)) = `[alpha, beta] ->
  largest_jacobian_norm t n h = largest_norm W `[alpha, beta] n.
Proof.
move=> UV1 range_closure; have phi_within := slopes_within_of_closure range_closure.
apply/eqP; rewrite eq_le largest_jacobian_norm_le //=.
have S_le : slopes_bounded (closure (range (slope phi))) (`|alpha| + `|beta|).
  by rewrite range_closure; exact: interval_bounded.
have jacobian_ubound : has_ubound
    [set spectral_norm (jacobian_product phi net x t n h) | x in setT].
  exists (largest_norm W `[alpha, beta] n) => _ [x _ <-]; exact: jacobian_norm_le_largest_norm.
rewrite -range_closure (largest_norm_closure _ _ S_le); apply: largest_norm_le => [|e e_in].
  apply: le_trans (spectral_norm_ge0 (jacobian_product phi net (fun=> 0) t n h)) _.
  by apply: sup_ub => //; exists (fun=> 0).
have [|x [_ xJ]] := slopes_realised (phi := phi) (e := e) t h UV1.
  by move=> k i; have [z _ zE] := e_in k i; exists z.
by rewrite -xJ; apply: sup_ub => //; exists x.
Qed.

(** Near a number of [α, β] there are numbers of (α, β), if α < β. *)
Lemma near_open_interval alpha beta s (B : set R) : alpha < beta -> alpha <= s <= beta ->
  nbhs s B -> exists2 u, alpha < u < beta & B u.
Proof.
move=> alpha_lt /andP[alpha_le s_le] s_B; have [s_lt|beta_le] := ltP s beta.
  have s_lt_near : nbhs s [set u | u < beta] by apply: open_nbhs_nbhs; split=> //; exact: open_lt.
  have s_closure : closure [set u : R | s < u] s by rewrite closure_gt /=.
  have [u [/= s_u [B_u u_lt]]] := s_closure _ (filterI s_B s_lt_near).
  by exists u; rewrite // (le_lt_trans alpha_le).
have alpha_near : nbhs s [set u | alpha < u].
  by apply: open_nbhs_nbhs; split; [exact: open_gt | exact: lt_le_trans beta_le].
have s_closure : closure [set u : R | u < s] s by rewrite closure_lt /=.
have [u [/= u_s [B_u u_gt]]] := s_closure _ (filterI s_B alpha_near).
by exists u; rewrite // u_gt (lt_le_trans u_s).
Qed.

(** [α, β] is the closure of the range of φ′ if φ′ is within it and takes every value between. *)
Lemma slope_range_closure alpha beta : slopes_within phi alpha beta ->
    (forall s, alpha < s < beta -> exists z, slope phi z = s) ->
  closure (range (slope phi)) = `[alpha, beta].
Proof.
move=> phi_within onto; apply/seteqP; split.
  have -> : `[alpha, beta]%classic = closure `[alpha, beta]%classic.
    by apply/closure_id; exact: interval_closed.
  by apply: closure_subset => _ [z _ <-]; rewrite /= in_itv; exact: phi_within.
move=> s; rewrite /= in_itv /= => s_within; have [alpha_lt|beta_le] := ltP alpha beta.
  move=> B /(near_open_interval alpha_lt s_within)[u /onto[z zE] B_u].
  by exists u; split=> //; exists z.
apply: subset_closure; exists 0 => //; apply/eqP; rewrite eq_le.
have /andP[slope_ge slope_le] := phi_within 0; have /andP[alpha_le s_le] := s_within.
by rewrite (le_trans slope_le) ?(le_trans s_le) // (le_trans beta_le).
Qed.

End OverInputs.
