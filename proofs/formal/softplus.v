(** * The softplus function

    softplus z = ln(1 + e^z) has the logistic function as its derivative: the slopes fill (0, 1),
    and neither bound is taken. The function itself maps the real line onto the positive numbers. *)

From mathcomp Require Import all_ssreflect ssralg ssrnum ring.
From mathcomp.classical Require Import classical_sets functions.
From mathcomp.analysis Require Import reals signed topology normedtype landau derive.
From mathcomp.analysis Require Import sequences realfun exp.
From gradproof Require Import network activations logistic.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory numFieldNormedType.Exports.
Local Open Scope classical_set_scope.
Local Open Scope ring_scope.

Section Softplus.

Variable R : realType.
Implicit Types s y z : R.

(** ln(1 + e^z) *)
Definition softplus z : R := ln (1 + expR z).

Lemma softplus_argument_gt0 z : 0 < 1 + expR z.
Proof. by rewrite addr_gt0 ?expR_gt0. Qed.

(** softplus′(z) = logistic(z) for every real z. *)
Theorem softplus_derivative z : is_derive z 1 softplus (logistic z).
Proof.
pose argument : R -> R := cst 1 + @expR R.
have argument' : is_derive z 1 argument (expR z).
  by rewrite -[expR z]add0r; apply: is_deriveD.
have logarithm' : is_derive (argument z) 1 (@ln R) (argument z)^-1.
  exact/is_derive1_ln/softplus_argument_gt0.
apply: (is_derive_eq (is_derive1_comp logarithm' argument')).
by rewrite logisticE mulrC.
Qed.

(** The same for the derivative as a limit. *)
Corollary softplus_derive1 z : derivable softplus z 1 /\ softplus^`() z = logistic z.
Proof. exact/is_derive_derive1/softplus_derivative. Qed.

(** softplus(z) > 0 for every real z. *)
Theorem softplus_gt0 z : 0 < softplus z.
Proof. by rewrite ln_gt0 // ltr_addl expR_gt0. Qed.

(** softplus(z) > z for every real z. *)
Theorem softplus_gt_id z : z < softplus z.
Proof. by rewrite -ltr_expR lnK ?qualifE ?softplus_argument_gt0 // ltr_addr. Qed.

(** softplus(ln(e^y − 1)) = y for y > 0. *)
Theorem softplus_ln y : 0 < y -> softplus (ln (expR y - 1)) = y.
Proof.
move=> y_gt0; rewrite /softplus lnK ?qualifE ?subr_gt0 ?expR_gt1 //.
by rewrite addrC subrK expK.
Qed.

(** softplus maps the real line onto the positive numbers. *)
Corollary softplus_surjective y : 0 < y -> exists z, softplus z = y.
Proof. by move=> y_gt0; exists (ln (expR y - 1)); apply: softplus_ln. Qed.

(** softplus is strictly increasing. *)
Theorem softplus_increasing : {mono softplus : x y / x < y}.
Proof.
move=> x y; rewrite ltr_ln ?qualifE ?softplus_argument_gt0 //.
by rewrite ltr_add2l ltr_expR.
Qed.

(** softplus with the derivative logistic. *)
Definition softplus_activation : activation R := Activation softplus_derivative.

(** softplus′ maps the real line onto (0, 1). *)
Theorem softplus_derivative_range :
  (forall z, 0 < slope softplus_activation z < 1) /\
  (forall s, 0 < s < 1 -> exists z, slope softplus_activation z = s).
Proof. by split=> [z|s s_bounds] /=; [apply: logistic_bounds|apply: logistic_surjective]. Qed.

(** 0 ≤ softplus′ ≤ 1 *)
Corollary softplus_slopes_within : slopes_within softplus_activation 0 1.
Proof. by move=> z; have /andP[/ltW -> /ltW ->] := logistic_bounds z. Qed.

(** |softplus′(z)| < 1 for every real z. *)
Corollary softplus_slope_bound z : `|slope softplus_activation z| < 1.
Proof. by have /andP[gt0 lt1] := logistic_bounds z; rewrite gtr0_norm. Qed.

End Softplus.
