(** * The logistic function

    logistic z = 1/(1 + e^−z) = (1 + tanh(z/2))/2 and its derivative logistic (1 − logistic), which
    is tanh′(z/2)/4: the logistic function maps the real line onto (0, 1), and its derivative maps
    the real line onto (0, 1/4], with the value 1/4 at z = 0 only. *)

From mathcomp Require Import all_ssreflect ssralg ssrnum ring.
From mathcomp.classical Require Import classical_sets functions.
From mathcomp.analysis Require Import reals signed topology normedtype landau derive.
From mathcomp.analysis Require Import sequences realfun exp.
From gradproof Require Import network activations.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory numFieldNormedType.Exports.
Local Open Scope classical_set_scope.
Local Open Scope ring_scope.

Section Logistic.

Variable R : realType.
Implicit Types p s z : R.

(** 1/(1 + e^−z) *)
Definition logistic z : R := (1 + expR (- z))^-1.

Lemma logistic_denominator_gt0 z : 0 < 1 + expR (- z).
Proof. by rewrite addr_gt0 ?expR_gt0. Qed.

Lemma logistic_denominator_neq0 z : 1 + expR (- z) != 0.
Proof. exact/lt0r_neq0/logistic_denominator_gt0. Qed.

(** The other usual form: logistic z = e^z/(1 + e^z). *)
Lemma logisticE z : logistic z = expR z / (1 + expR z).
Proof.
have e_gt0 := expR_gt0 z.
by rewrite /logistic expRN; field; rewrite !lt0r_neq0 // addr_gt0.
Qed.

(** logistic′(z) = logistic(z)(1 − logistic(z)) for every real z. *)
Theorem logistic_derivative z : is_derive z 1 logistic (logistic z * (1 - logistic z)).
Proof.
pose denominator : R -> R := cst 1 + (fun y => expR (- y)).
have denominator' : is_derive z 1 denominator (- expR (- z)).
  rewrite -[- expR (- z)]add0r; apply: is_deriveD; exact: is_derive_expRN.
have inverse' := @is_deriveV _ denominator _ _ _ (logistic_denominator_neq0 z) denominator'.
apply: (is_derive_eq inverse').
rewrite -[denominator z]/(1 + _) -[_ *: _]/(_ * _) /logistic.
by field; apply: logistic_denominator_neq0.
Qed.

(** The same for the derivative as a limit. *)
Corollary logistic_derive1 z :
  derivable logistic z 1 /\ logistic^`() z = logistic z * (1 - logistic z).
Proof. exact/is_derive_derive1/logistic_derivative. Qed.

(** 0 < logistic(z) < 1 for every real z. *)
Theorem logistic_bounds z : 0 < logistic z < 1.
Proof.
rewrite invr_gt0 logistic_denominator_gt0 /=.
by rewrite invf_lt1 ?logistic_denominator_gt0 // ltr_addl expR_gt0.
Qed.

(** logistic z = (1 + tanh(z/2))/2 *)
Theorem logistic_tanh z : logistic z = (1 + tanh (z / 2)) / 2.
Proof.
have e_gt0 := expR_gt0 z.
rewrite tanhE [2 * (z / 2)]mulrC divfK // /logistic expRN; field.
by rewrite !lt0r_neq0 // addr_gt0.
Qed.

(** logistic(0) = 1/2 *)
Lemma logistic0 : logistic 0 = 2^-1.
Proof. by rewrite /logistic oppr0 expR0. Qed.

(** logistic(−z) = 1 − logistic(z) *)
Lemma logisticN z : logistic (- z) = 1 - logistic z.
Proof. by rewrite !logistic_tanh mulNr tanhN; field. Qed.

(** The logistic function is strictly increasing. *)
Theorem logistic_increasing : {mono logistic : x y / x < y}.
Proof.
move=> x y.
by rewrite !logistic_tanh ltr_pmul2r // ltr_add2l tanh_increasing ltr_pmul2r.
Qed.

(** logistic(ln(p/(1 − p))) = p for 0 < p < 1. *)
Theorem logistic_ln p : 0 < p < 1 -> logistic (ln (p / (1 - p))) = p.
Proof.
case/andP=> p_gt0 p_lt1.
have q_gt0 : 0 < 1 - p by rewrite subr_gt0.
rewrite /logistic expRN lnK ?qualifE ?divr_gt0 //.
by field; rewrite !lt0r_neq0 // addrC subrK.
Qed.

(** The logistic function maps the real line onto (0, 1). *)
Corollary logistic_surjective p : 0 < p < 1 -> exists z, logistic z = p.
Proof. by move=> p_bounds; exists (ln (p / (1 - p))); apply: logistic_ln. Qed.

(** The logistic function with the derivative logistic (1 − logistic). *)
Definition logistic_activation : activation R := Activation logistic_derivative.

(** logistic′(z) = tanh′(z/2)/4 *)
Lemma logistic_slope_tanh z :
  slope logistic_activation z = slope (tanh_activation R) (z / 2) / 4.
Proof. by rewrite /= logistic_tanh; field. Qed.

(** logistic′ maps the real line onto (0, 1/4], and is 1/4 only at z = 0. *)
Theorem logistic_derivative_range :
  (forall z, 0 < slope logistic_activation z <= 4^-1) /\
  (forall z, slope logistic_activation z = 4^-1 <-> z = 0) /\
  (forall s, 0 < s <= 4^-1 -> exists z, slope logistic_activation z = s).
Proof.
have [bounds [maximum onto]] := tanh_derivative_range R.
have four_neq0 : 4 != 0 :> R by rewrite pnatr_eq0.
split=> [z|].
  have /andP[slope_gt0 slope_le1] := bounds (z / 2).
  by rewrite logistic_slope_tanh divr_gt0 //= ler_pdivr_mulr // mulVf.
split=> [z|s /andP[s_gt0 s_le]]; rewrite ?logistic_slope_tanh.
  split=> [slope_z|->]; last by rewrite mul0r (maximum 0).2 // mul1r.
  have /maximum/eqP : slope (tanh_activation R) (z / 2) = 1.
    by rewrite -[LHS](divfK four_neq0) slope_z mulVf.
  by rewrite mulf_eq0 invr_eq0 pnatr_eq0 orbF => /eqP.
have [|z z_s] := onto (s * 4).
  by rewrite mulr_gt0 //= -ler_pdivl_mulr // mul1r.
by exists (z * 2); rewrite logistic_slope_tanh mulfK ?pnatr_eq0 // z_s mulfK.
Qed.

(** 0 ≤ logistic′ ≤ 1/4 *)
Corollary logistic_slopes_within : slopes_within logistic_activation 0 4^-1.
Proof. by move=> z; have [/(_ z)/andP[/ltW -> ->]] := logistic_derivative_range. Qed.

(** |logistic′(z)| ≤ 1/4 for every real z. *)
Corollary logistic_slope_bound z : `|slope logistic_activation z| <= 4^-1.
Proof. by have /andP[ge0 le] := logistic_slopes_within z; rewrite ger0_norm. Qed.

End Logistic.
