(** * The hyperbolic tangent

    tanh z = (e^z − e^−z)/(e^z + e^−z), its derivative 1 − tanh² and the exact range of both: tanh
    maps the real line onto (−1, 1), and its derivative maps the real line onto (0, 1], with the
    value 1 at z = 0 only. The identity is an activation too; a network with it is linear. *)

From mathcomp Require Import all_ssreflect ssralg ssrnum ring.
From mathcomp.classical Require Import classical_sets functions.
From mathcomp.analysis Require Import reals signed topology normedtype landau derive.
From mathcomp.analysis Require Import sequences realfun exp.
From gradproof Require Import network.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory numFieldNormedType.Exports.
Local Open Scope classical_set_scope.
Local Open Scope ring_scope.

Section Derivative.

Variable R : realType.

(** A derivative in the sense of [is_derive] is the derivative as a limit of quotients. *)
Lemma is_derive_derive1 (f : R -> R) (z d : R) :
  is_derive z 1 f d -> derivable f z 1 /\ f^`() z = d.
Proof. by case; rewrite derive1E. Qed.

(** The slope of an activation is its derivative. *)
Lemma slope_derive1 (phi : activation R) z :
  derivable (value phi) z 1 /\ (value phi)^`() z = slope phi z.
Proof. exact/is_derive_derive1/slope_is_derivative. Qed.

End Derivative.

Section HyperbolicTangent.

Variable R : realType.
Implicit Types y z : R.

(** (e^z − e^−z)/(e^z + e^−z) *)
Definition tanh z : R := (expR z - expR (- z)) / (expR z + expR (- z)).

Lemma tanh_denominator_gt0 z : 0 < expR z + expR (- z).
Proof. by rewrite addr_gt0 ?expR_gt0. Qed.

Lemma tanh_denominator_neq0 z : expR z + expR (- z) != 0.
Proof. exact/lt0r_neq0/tanh_denominator_gt0. Qed.

(** d/dz e^−z = −e^−z *)
#[local] Instance is_derive_expRN z : is_derive z 1 (fun y => expR (- y)) (- expR (- z)).
Proof.
have := is_derive1_comp (is_derive_expR (- z)) (is_deriveNid z 1).
by rewrite mulrN1.
Qed.

(** tanh′(z) = 1 − tanh(z)² for every real z. *)
Theorem tanh_derivative z : is_derive z 1 tanh (1 - tanh z ^+ 2).
Proof.
pose numerator : R -> R := @expR R - (fun y => expR (- y)).
pose denominator : R -> R := @expR R + (fun y => expR (- y)).
have numerator' : is_derive z 1 numerator (denominator z).
  by rewrite -[denominator z]/(_ + _) -[expR (- z)]opprK; apply: is_deriveB.
have denominator' : is_derive z 1 denominator (numerator z) by apply: is_deriveD.
have inverse' := @is_deriveV _ denominator _ _ _ (tanh_denominator_neq0 z) denominator'.
have product' := is_deriveM numerator' inverse'.
apply: (is_derive_eq product').
rewrite -[numerator z]/(_ - _) -[denominator z]/(_ + _) -![_ *: _]/(_ * _) /tanh.
by field; apply: tanh_denominator_neq0.
Qed.

(** The same for the derivative as a limit: tanh is differentiable at z, and tanh′ = 1 − tanh². *)
Corollary tanh_derive1 z : derivable tanh z 1 /\ tanh^`() z = 1 - tanh z ^+ 2.
Proof. exact/is_derive_derive1/tanh_derivative. Qed.

(** tanh is continuous. *)
Corollary tanh_continuous : continuous tanh.
Proof.
by move=> z; apply/differentiable_continuous/derivable1_diffP; have [] := tanh_derive1 z.
Qed.

(** tanh(0) = 0 *)
Theorem tanh0 : tanh 0 = 0.
Proof. by rewrite /tanh oppr0 subrr mul0r. Qed.

(** tanh is odd. *)
Theorem tanhN z : tanh (- z) = - tanh z.
Proof. by rewrite /tanh opprK -mulNr opprB [expR z + _]addrC. Qed.

(** One exponential is enough: tanh z = 1 − 2/(e^2z + 1). *)
Lemma tanhE z : tanh z = 1 - 2 / (expR (2 * z) + 1).
Proof.
have square_neq0 : expR z ^+ 2 + 1 != 0 by rewrite lt0r_neq0 ?addr_gt0 ?exprn_gt0 ?expR_gt0.
rewrite /tanh expRMm expRN; field.
by rewrite square_neq0 lt0r_neq0 ?expR_gt0.
Qed.

(** −1 < tanh(z) < 1 for every real z. *)
Theorem tanh_bounds z : -1 < tanh z < 1.
Proof.
have e_gt0 := expR_gt0 (2 * z).
have d_gt0 : 0 < expR (2 * z) + 1 by rewrite addr_gt0.
rewrite tanhE gtr_addl oppr_lt0 divr_gt0 // andbT.
by rewrite -subr_gt0 opprK addrAC subr_gt0 ltr_pdivr_mulr // ltr_pmulr ?ltr_addr.
Qed.

(** tanh is strictly increasing. *)
Theorem tanh_increasing : {mono tanh : x y / x < y}.
Proof.
have d_pos z : expR (2 * z) + 1 \is Num.pos by rewrite qualifE addr_gt0 ?expR_gt0.
move=> x y; rewrite !tanhE ltr_add2l ltr_opp2 ltr_pmul2l //.
by rewrite ltf_pinv // ltr_add2r ltr_expR ltr_pmul2l.
Qed.

(** tanh takes no value twice. *)
Lemma tanh_injective : injective tanh.
Proof. exact/inc_inj/le_mono/mono2W/tanh_increasing. Qed.

(** tanh(ln((1 + y)/(1 − y))/2) = y for −1 < y < 1. *)
Theorem tanh_ln y : -1 < y < 1 -> tanh (ln ((1 + y) / (1 - y)) / 2) = y.
Proof.
case/andP=> y_gtN1 y_lt1.
have denominator_gt0 : 0 < 1 - y by rewrite subr_gt0.
have numerator_gt0 : 0 < 1 + y by rewrite addrC -[1]opprK subr_gt0.
rewrite tanhE [2 * (_ / 2)]mulrC divfK // lnK ?qualifE ?divr_gt0 //.
by field; rewrite !lt0r_neq0 // addr_gt0.
Qed.

(** tanh maps the real line onto (−1, 1). *)
Corollary tanh_surjective y : -1 < y < 1 -> exists z, tanh z = y.
Proof. by move=> y_bounds; exists (ln ((1 + y) / (1 - y)) / 2); apply: tanh_ln. Qed.

(** tanh with the derivative 1 − tanh². *)
Definition tanh_activation : activation R := Activation tanh_derivative.

(** tanh(z)² < 1 *)
Lemma tanh_square_lt1 z : tanh z ^+ 2 < 1.
Proof. by rewrite -real_normK ?num_real // exprn_ilt1 // ltr_norml tanh_bounds. Qed.

(** 0 < tanh′(z) ≤ 1 for every real z; tanh′(z) = 1 only at z = 0; every value in (0, 1] is
    taken. *)
Theorem tanh_derivative_range :
  (forall z, 0 < slope tanh_activation z <= 1) /\
  (forall z, slope tanh_activation z = 1 <-> z = 0) /\
  (forall s, 0 < s <= 1 -> exists z, slope tanh_activation z = s).
Proof.
split=> [z|] /=; first by rewrite subr_gt0 tanh_square_lt1 ger_addl oppr_le0 sqr_ge0.
split=> [z|s /andP[s_gt0 s_le1]].
  split=> [|->]; last by rewrite tanh0 expr0n subr0.
  move=> /eqP; rewrite -subr_eq0 addrC addKr oppr_eq0 sqrf_eq0 => /eqP tanh_z.
  by apply: tanh_injective; rewrite tanh0.
have [|z tanh_z] := @tanh_surjective (Num.sqrt (1 - s)).
  rewrite (lt_le_trans (ltrN10 R)) ?sqrtr_ge0 //=.
  by rewrite -[ltRHS]sqrtr1 ltr_sqrt // ltr_subl_addr ltr_addl.
by exists z; rewrite tanh_z sqr_sqrtr ?subr_ge0 // subKr.
Qed.

(** 0 ≤ tanh′ ≤ 1 *)
Corollary tanh_slopes_within : slopes_within tanh_activation 0 1.
Proof. by move=> z; have [/(_ z)/andP[/ltW -> ->]] := tanh_derivative_range. Qed.

(** |tanh′(z)| ≤ 1 for every real z. *)
Corollary tanh_slope_bound z : `|slope tanh_activation z| <= 1.
Proof. by have /andP[ge0 le1] := tanh_slopes_within z; rewrite ger0_norm. Qed.

End HyperbolicTangent.

Section Identity.

Variable R : realType.

(** The identity; its derivative is 1 everywhere. *)
Definition identity_activation : activation R :=
  @Activation R id (fun=> 1) (fun z => is_derive_id z 1).

(** 1 ≤ id′ ≤ 1 *)
Lemma identity_slopes_within : slopes_within identity_activation 1 1.
Proof. by move=> z; rewrite lexx. Qed.

(** |id′(z)| ≤ 1 *)
Lemma identity_slope_bound z : `|slope identity_activation z| <= 1.
Proof. by rewrite normr1. Qed.

End Identity.
