(** * The largest norm of a product with slopes in a set

    M_n is the supremum of ‖diag(e_{n−1}) W ⋯ diag(e_0) W‖ over all columns e_k with entries in a
    set S of slopes. It is submultiplicative; it is the same for S and for the closure of S, and the
    same for an interval and for its two ends. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.classical Require Import boolp classical_sets.
From mathcomp.algebra_tactics Require Import ring.
From mathcomp.analysis Require Import reals signed topology normedtype.
From gradproof Require Import network norms realisation.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory Order.TTheory numFieldNormedType.Exports.
Local Open Scope ring_scope.
Local Open Scope classical_set_scope.

(** ‖c A‖ ≤ |c| ‖A‖ *)
Lemma spectral_norm_scale (R : realType) d (c : R) (A : 'M[R]_d) :
  spectral_norm (c *: A) <= `|c| * spectral_norm A.
Proof.
apply: spectral_norm_le => [|v]; first by rewrite mulr_ge0 ?spectral_norm_ge0.
by rewrite -scalemxAl euclidean_normZ -mulrA ler_wpmul2l ?euclidean_norm_mulmx.
Qed.

Section LargestNorm.

Variables (R : realType) (dim : nat).
Implicit Types (S T : set R) (e : nat -> 'cV[R]_dim.+1) (u : 'cV[R]_dim.+1).
Implicit Types (W A B L P : 'M[R]_dim.+1) (alpha beta gamma c s : R).

(** All entries of all columns are in S. *)
Definition slopes_in S e : Prop := forall k i, S (e k i 0).

(** M_n = sup {‖diag(e_{n−1}) W ⋯ diag(e_0) W‖ : all entries of all e_k in S} *)
Definition largest_norm W S (n : nat) : R :=
  sup [set spectral_norm (slope_product W e n) | e in slopes_in S].

(** ‖A + t B‖ ≤ c for all t in T implies ‖A + s B‖ ≤ c. *)
Definition below_norms_over T s : Prop :=
  forall A B c, (forall t, T t -> spectral_norm (A + t *: B) <= c) ->
  spectral_norm (A + s *: B) <= c.

(** *** Moving one entry after the other *)

(** The column with s in place of entry i. *)
Definition with_entry u i s : 'cV[R]_dim.+1 := u + (s - u i 0) *: delta_mx i 0.

Lemma with_entryE u i s j : with_entry u i s j 0 = if j == i then s else u j 0.
Proof.
rewrite !mxE andbT; case: eqP => [->|_] /=; last by rewrite mulr0 addr0.
by rewrite mulr1 addrC subrK.
Qed.

(** L diag(u) P is affine in each entry of u. *)
Lemma diagonal_product_affine L P u i s :
  L *m diagonal (with_entry u i s) *m P =
  (L *m diagonal u *m P - u i 0 *: (L *m diagonal (delta_mx i 0) *m P))
  + s *: (L *m diagonal (delta_mx i 0) *m P).
Proof.
have -> : diagonal (with_entry u i s) = diagonal u + (s - u i 0) *: diagonal (delta_mx i 0).
  by rewrite /diagonal /with_entry !raddfD /= linearZ /= linearZ.
by rewrite mulmxDr mulmxDl -scalemxAr -scalemxAl scalerBl addrCA addrC.
Qed.

(** A bound on ‖L diag(u) P‖ for entries in T is one for entries in S: one entry after the other. *)
Lemma norm_below_of_columns S T L P c : (forall s, S s -> below_norms_over T s) ->
    (forall u, (forall i, T (u i 0)) -> spectral_norm (L *m diagonal u *m P) <= c) ->
  forall u, (forall i, S (u i 0)) -> spectral_norm (L *m diagonal u *m P) <= c.
Proof.
move=> S_below T_le.
suff mixed (l : seq 'I_dim.+1) u : (forall i, T (u i 0) \/ i \in l /\ S (u i 0)) ->
    spectral_norm (L *m diagonal u *m P) <= c.
  by move=> u S_u; apply: (mixed (enum 'I_dim.+1)) => i; right; rewrite mem_enum.
elim: l u => [|i l IH] u u_in; first by apply: T_le => i; have [|[]] := u_in i.
have [T_ui|not_T_ui] := pselect (T (u i 0)).
  by apply: IH => j; have [|[]] := u_in j; [left|rewrite inE => /orP[/eqP -> _|]; [left|right]].
have [//|[_ S_ui]] := u_in i.
have -> : u = with_entry u i (u i 0) by rewrite /with_entry subrr scale0r addr0.
rewrite diagonal_product_affine; apply: S_below => // t T_t.
rewrite -diagonal_product_affine; apply: IH => j; rewrite with_entryE.
case: eqP => [_|j_neq_i]; first by left.
by have [|[]] := u_in j; [left | rewrite inE => /orP[/eqP //|]; right].
Qed.

(** A bound on all products with slopes in T is one on all products with slopes in S. *)
Lemma norm_below_of_products S T W L n c : T !=set0 -> (forall s, S s -> below_norms_over T s) ->
    (forall e, slopes_in T e -> spectral_norm (L *m slope_product W e n) <= c) ->
  forall e, slopes_in S e -> spectral_norm (L *m slope_product W e n) <= c.
Proof.
move=> [t T_t] S_below; elim: n L => [|n IH] L T_le e S_e /=.
  by apply: (T_le (fun=> const_mx t)) => k i; rewrite mxE.
rewrite !mulmxA; apply: IH (S_e) => f T_f.
rewrite -!mulmxA !(mulmxA L); apply: norm_below_of_columns S_below _ _ (S_e n) => u T_u.
have := T_le (fun k => if k == n then u else f k).
rewrite /= eqxx -!mulmxA !(mulmxA L) (eq_slope_product W (e' := f)).
  by apply=> k i; case: eqP.
by move=> k k_lt; rewrite ltn_eqF.
Qed.

(** A number of [α, β] is a convex combination of α and β. *)
Lemma convex_combination alpha beta s : alpha <= s <= beta ->
  exists l, [/\ 0 <= l, 0 <= 1 - l & s = (1 - l) * alpha + l * beta].
Proof.
move=> /andP[alpha_le s_le]; have [beta_le|alpha_lt] := leP beta alpha.
  exists 0; split; rewrite ?subr0 // mul1r mul0r addr0.
  by apply/eqP; rewrite eq_le alpha_le (le_trans s_le).
have length_gt0 : 0 < beta - alpha by rewrite subr_gt0.
exists ((s - alpha) / (beta - alpha)); split.
- by rewrite divr_ge0 ?subr_ge0 // ltW.
- by rewrite subr_ge0 ler_pdivr_mulr // mul1r ler_add2r.
- by field; exact: lt0r_neq0.
Qed.

(** The norm is convex along a line: between two points it is at most the greater norm. *)
Lemma below_norms_over_ends alpha beta s : alpha <= s <= beta ->
  below_norms_over [set alpha; beta] s.
Proof.
move=> /convex_combination[l [l_ge0 l_le1 sE]] A B c ends_le.
have at_alpha : spectral_norm (A + alpha *: B) <= c by apply: ends_le; left.
have at_beta : spectral_norm (A + beta *: B) <= c by apply: ends_le; right.
have -> : A + s *: B = (1 - l) *: (A + alpha *: B) + l *: (A + beta *: B).
  rewrite [in LHS]sE [in LHS]scalerDl !scalerDr !scalerA addrACA.
  by rewrite -[_ *: A + _]scalerDl subrK scale1r.
have -> : c = (1 - l) * c + l * c by rewrite -mulrDl subrK mul1r.
apply: le_trans (spectral_normD _ _) (ler_add _ _).
  apply: le_trans (spectral_norm_scale _ _) _.
  by rewrite (ger0_norm l_le1); exact: ler_wpmul2l l_le1 _ _ at_alpha.
apply: le_trans (spectral_norm_scale _ _) _.
by rewrite (ger0_norm l_ge0); exact: ler_wpmul2l l_ge0 _ _ at_beta.
Qed.

(** The norm is continuous along a line. *)
Lemma below_norms_over_closure T s : closure T s -> below_norms_over T s.
Proof.
move=> T_near_s A B c T_le; apply/ler_addgt0Pr => eps eps_gt0.
have B_gt0 : 0 < spectral_norm B + 1 by rewrite ltr_paddl ?spectral_norm_ge0.
pose delta := eps / (spectral_norm B + 1).
have delta_gt0 : 0 < delta by rewrite divr_gt0.
have [t [T_t]] := T_near_s _ (nbhsx_ballx s (PosNum delta_gt0)).
rewrite -ball_normE /= => s_near_t.
have -> : A + s *: B = (A + t *: B) + (s - t) *: B by rewrite scalerBl addrA addrAC addrK.
apply: le_trans (spectral_normD _ _) (ler_add (T_le _ T_t) _).
apply: le_trans (spectral_norm_scale _ _) _.
rewrite -(divfK (lt0r_neq0 B_gt0) eps) ler_pmul ?spectral_norm_ge0 ?ler_addl //.
exact: ltW.
Qed.

(** *** The supremum *)

(** |s| ≤ γ for all slopes s in S *)
Definition slopes_bounded S gamma := forall s, S s -> `|s| <= gamma.

(** ‖diag(u)‖ ≤ γ if every |u_i| ≤ γ *)
Lemma spectral_norm_diagonal u gamma : (forall i, `|u i 0| <= gamma) ->
  spectral_norm (diagonal u) <= gamma.
Proof.
move=> u_le; have gamma_ge0 : 0 <= gamma by exact: le_trans (u_le 0).
apply: spectral_norm_le => // v.
rewrite euclidean_norm_le ?mulr_ge0 ?euclidean_norm_ge0 // exprMn euclidean_norm_squared.
rewrite mulr_sumr; apply: ler_sum => i _; rewrite /diagonal mul_diag_mx !mxE exprMn.
by rewrite ler_wpmul2r ?sqr_ge0 // -real_normK ?num_real // ler_pexpn2r ?nnegrE.
Qed.

(** ‖diag(e_{n−1}) W ⋯ diag(e_0) W‖ ≤ (γ ‖W‖)ⁿ *)
Lemma slope_product_le W S gamma e n : slopes_bounded S gamma -> slopes_in S e ->
  spectral_norm (slope_product W e n) <= (gamma * spectral_norm W) ^+ n.
Proof.
move=> S_le S_e; elim: n => [|n IH]; first exact: spectral_norm_1.
have gamma_ge0 : 0 <= gamma by exact: le_trans (S_le _ (S_e 0%N 0)).
rewrite exprS /= (le_trans (spectral_norm_mulmx _ _)) // ler_pmul ?spectral_norm_ge0 //.
rewrite (le_trans (spectral_norm_mulmx _ _)) // ler_wpmul2r ?spectral_norm_ge0 //.
by apply: spectral_norm_diagonal => i; exact: S_le.
Qed.

Lemma largest_norm_has_ubound W S gamma n : slopes_bounded S gamma ->
  has_ubound [set spectral_norm (slope_product W e n) | e in slopes_in S].
Proof.
move=> S_le; exists ((gamma * spectral_norm W) ^+ n) => _ [e S_e <-].
exact: slope_product_le S_le S_e.
Qed.

(** M_n is an upper bound, *)
Lemma le_largest_norm W S gamma e n : slopes_bounded S gamma -> slopes_in S e ->
  spectral_norm (slope_product W e n) <= largest_norm W S n.
Proof.
by move=> S_le S_e; apply: sup_ub (largest_norm_has_ubound _ _ S_le) _ _; exists e.
Qed.

(** and the least one. *)
Lemma largest_norm_le W S n c : 0 <= c ->
  (forall e, slopes_in S e -> spectral_norm (slope_product W e n) <= c) -> largest_norm W S n <= c.
Proof.
move=> c_ge0 le_c; rewrite /largest_norm; set norms := [set _ | _ in _].
have [->|/set0P not_empty] := eqVneq norms set0; first by rewrite sup0.
by apply: sup_le_ub not_empty _ => _ [e S_e <-]; exact: le_c.
Qed.

Lemma largest_norm_ge0 W S n : 0 <= largest_norm W S n.
Proof.
rewrite /largest_norm; have [[[x [e S_e _]] ubound]|/sup_out ->] := pselect (has_sup
    [set spectral_norm (slope_product W e n) | e in slopes_in S]); last by [].
by apply: le_trans (spectral_norm_ge0 (slope_product W e n)) _; apply: sup_ub => //; exists e.
Qed.

Lemma slopes_in_constant S s : S s -> slopes_in S (fun=> const_mx s).
Proof. by move=> S_s k i; rewrite mxE. Qed.

(** A set of slopes and a larger one whose norms it bounds have the same M_n. *)
Lemma eq_largest_norm W S T gamma n : T !=set0 -> T `<=` S -> slopes_bounded S gamma ->
  (forall s, S s -> below_norms_over T s) -> largest_norm W S n = largest_norm W T n.
Proof.
move=> T_not_empty T_sub S_le S_below; apply/eqP; rewrite eq_le.
have T_le : slopes_bounded T gamma by move=> s /T_sub /S_le.
apply/andP; split; apply: largest_norm_le => [|e]; try exact: largest_norm_ge0.
  rewrite -(mul1mx (slope_product W e n)).
  apply: norm_below_of_products T_not_empty S_below _ _ => f T_f.
  by rewrite mul1mx; exact: le_largest_norm T_le T_f.
by move=> T_e; apply: le_largest_norm S_le _ => k i; exact: T_sub.
Qed.

Lemma interval_bounded alpha beta : slopes_bounded `[alpha, beta] (`|alpha| + `|beta|).
Proof.
move=> s; rewrite /= in_itv /= => /andP[alpha_le s_le].
rewrite ler_norml; apply/andP; split.
  rewrite ler_oppl (le_trans (_ : _ <= - alpha)) ?ler_opp2 // -normrN.
  by rewrite (le_trans (ler_norm _)) // ler_addl.
by rewrite (le_trans s_le) // (le_trans (ler_norm _)) // ler_addr.
Qed.

(** M_n is the same for slopes in [α, β] and for slopes in {α, β}. *)
Theorem largest_norm_vertices W alpha beta n : alpha <= beta ->
  largest_norm W `[alpha, beta] n = largest_norm W [set alpha; beta] n.
Proof.
move=> alpha_le; apply: eq_largest_norm (@interval_bounded alpha beta) _.
- by exists alpha; left.
- by move=> s [->|->]; rewrite /= in_itv /= lexx ?alpha_le.
- by move=> s; rewrite /= in_itv => /below_norms_over_ends.
Qed.

(** Slopes α and β, chosen by a table of n columns *)
Let chosen_slopes alpha beta n (choices : {ffun 'I_n -> {ffun 'I_dim.+1 -> bool}}) :
    nat -> 'cV[R]_dim.+1 :=
  fun k => \col_i if insub k is Some j then (if choices j i then alpha else beta) else alpha.

Let chosen_slopes_in alpha beta n (choices : {ffun 'I_n -> {ffun 'I_dim.+1 -> bool}}) :
  slopes_in [set alpha; beta] (chosen_slopes alpha beta choices).
Proof.
by move=> k i; rewrite mxE; case: insubP => [j _ _|_]; [case: ifP => _; [left|right] | left].
Qed.

Let slopes_chosen alpha beta n e : slopes_in [set alpha; beta] e ->
  exists choices : {ffun 'I_n -> {ffun 'I_dim.+1 -> bool}},
    forall k, (k < n)%N -> e k = chosen_slopes alpha beta choices k.
Proof.
move=> e_in; exists [ffun k : 'I_n => [ffun i => e k i 0 == alpha]] => k k_lt.
apply/colP => i; rewrite mxE insubT !ffunE /=.
by case: eqP => // not_alpha; case: (e_in k i).
Qed.

(** M_n is attained, for slopes in {α, β} and so for slopes in [α, β]. *)
Theorem largest_norm_attained W alpha beta n : alpha <= beta ->
  exists2 e, slopes_in [set alpha; beta] e &
    spectral_norm (slope_product W e n) = largest_norm W `[alpha, beta] n.
Proof.
move=> alpha_le; rewrite largest_norm_vertices //.
pose norm_of choices := spectral_norm (slope_product W (@chosen_slopes alpha beta n choices) n).
have [choices _ greatest] := @arg_maxP _ _ _ [ffun=> [ffun=> true]] xpredT norm_of isT.
exists (chosen_slopes alpha beta choices); first exact: chosen_slopes_in.
apply/eqP; rewrite eq_le; apply/andP; split.
  apply: le_largest_norm (chosen_slopes_in _ _ _) => s s_in.
  by apply: (@interval_bounded alpha beta); case: s_in => ->; rewrite /= in_itv /= lexx ?alpha_le.
apply: largest_norm_le => [|e e_in]; first exact: spectral_norm_ge0.
have [others others_e] := slopes_chosen n e_in.
by rewrite (eq_slope_product W others_e); exact: greatest.
Qed.

(** M_n is the same for a bounded set of slopes and for its closure. *)
Theorem largest_norm_closure W S gamma n : slopes_bounded (closure S) gamma ->
  largest_norm W (closure S) n = largest_norm W S n.
Proof.
have [->|/set0P S_not_empty] := eqVneq S set0; first by rewrite closure0.
move=> S_le; apply: eq_largest_norm S_not_empty _ S_le _; first exact: subset_closure.
by move=> s; exact: below_norms_over_closure.
Qed.

(** The product of the first m + n factors is that of the last m times that of the first n. *)
Lemma slope_product_add W e m n :
  slope_product W e (m + n) = slope_product W (fun k => e (n + k)%N) m *m slope_product W e n.
Proof.
elim: m => [|m IH] /=; first by rewrite mul1mx.
by rewrite IH !mulmxA [(n + m)%N]addnC.
Qed.

(** M_{m+n} ≤ M_m M_n for a bounded set of slopes. *)
Theorem largest_norm_submultiplicative W S gamma m n : slopes_bounded S gamma ->
  largest_norm W S (m + n) <= largest_norm W S m * largest_norm W S n.
Proof.
move=> S_le; apply: largest_norm_le => [|e S_e]; first by rewrite mulr_ge0 ?largest_norm_ge0.
rewrite slope_product_add (le_trans (spectral_norm_mulmx _ _)) //.
by rewrite ler_pmul ?spectral_norm_ge0 ?(le_largest_norm _ _ S_le).
Qed.

End LargestNorm.
