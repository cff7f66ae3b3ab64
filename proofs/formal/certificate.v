(** * Decay of the gradients of a given network

    A certificate that [check_decay] accepts proves, of every network whose recurrent weight is the
    matrix of the certificate and whose slopes lie in [α, β], that ‖∂h_{t+n}/∂h_t‖ ≤ C rⁿ for all
    inputs, all input weights, biases and states, and that these Jacobians tend to 0. The check
    computes with integers; a file with the numbers of a certificate runs it by [vm_compute] and
    names the theorem of its network. *)

From Coq Require Import ZArith.
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.classical Require Import classical_sets.
From mathcomp.zify Require Import zify ssrZ.
From mathcomp.algebra_tactics Require Import ring.
From mathcomp.analysis Require Import reals signed topology normedtype.
From gradproof Require Import network norms products sector activations logistic.
From gradproof Require Export certificate_positivity certificate_check certificate_forms.
From gradproof Require Import certificate_linear.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory Order.TTheory numFieldNormedType.Exports.
Local Open Scope ring_scope.
Local Open Scope classical_set_scope.

Lemma regrouped (R : comRingType) (r s p uu xx yy vv vy : R) :
  r * uu - xx + 2%:R * (yy + p * vv - s * vy) =
  r * uu + p *+ 2 * vv - (s * vy) *+ 2 + yy *+ 2 - xx.
Proof. ring. Qed.

Section Decay.

Variables (R : realType) (c : certificate).
Notation d := (dim c).+1.
Implicit Types u y : 'cV[R]_d.

(** The form of M is the form of the sector theorem. *)
Lemma sector_form_contraction u y :
  sector_form (weight_matrix R c) (metric_matrix R c) (diagonal (multiplier_column R c))
    (lowest R c) (highest R c) (decay_rate R c) u y =
  let v := weight_matrix R c *m u in
  decay_rate R c ^+ 2 * metric_form u + (lowest R c * highest R c) *+ 2 * multiplier_form v v
    - ((lowest R c + highest R c) * multiplier_form v y) *+ 2 + multiplier_form y y *+ 2
    - metric_form y.
Proof.
rewrite sector_formE !quadratic_form_metric.
move: (weight_matrix R c *m u) (lowest R c) (highest R c) => v a b.
have -> : \sum_i multiplier_column R c i 0 * ((y i 0 - a * v i 0) * (y i 0 - b * v i 0)) =
    multiplier_form y y + a * b * multiplier_form v v - (a + b) * multiplier_form v y.
  by rewrite !mulr_sumr -big_split -sumrB; apply: eq_bigr => i _ /=; ring.
exact: regrouped.
Qed.

Hypothesis checked : check_decay c.

Lemma metric_within (w : 'cV[R]_d) :
  real R (least c) * euclidean_norm w ^+ 2 <= quadratic_form (metric_matrix R c) w
    <= real R (greatest c) * euclidean_norm w ^+ 2.
Proof.
by rewrite quadratic_form_metric euclidean_norm_squared metric_form_ge ?metric_form_le.
Qed.

(** √(κ₂/κ₁) ≤ C *)
Lemma root_of_quotient_le :
  Num.sqrt (real R (greatest c) / real R (least c)) <= decay_constant R c.
Proof.
rewrite -[leRHS]ger0_norm ?decay_constant_ge0 // -sqrtr_sqr ler_wsqrtr //.
by rewrite ler_pdivr_mulr ?least_gt0 // constant_suffices.
Qed.

Variables (m : nat) (phi : activation R) (net : network R (dim c) m).
Hypothesis weights : forall i j,
  recurrent_weight net i j = fraction R (entry (weight_rows c) i j) (weight_denominator c).

Lemma weightsE : recurrent_weight net = weight_matrix R c.
Proof. by apply/matrixP => i j; rewrite weights mxE. Qed.

Hypothesis slopes_in : slopes_within phi (lowest R c) (highest R c).

(** Φ multiplies the form of X by at most r²ⁿ if no multipliers are needed. *)
Lemma linear_forms (x : nat -> 'cV[R]_m) (t n : nat) (h v : 'cV[R]_d) :
    multiplier_list c = [::] ->
  quadratic_form (metric_matrix R c) (jacobian_product phi net x t n h *m v)
    <= (decay_rate R c ^+ n) ^+ 2 * quadratic_form (metric_matrix R c) v.
Proof.
move=> linear; elim: n => [|n IH]; first by rewrite mul1mx expr1n mul1r.
rewrite /= -mulmxA /step_jacobian weightsE -mulmxA.
have steep z : slope phi z = highest R c.
  by apply/le_anti; have := slopes_in z; rewrite (single_slope R checked linear) andbC.
have -> : diagonal (slopes phi net (x (t + n.+1)%N) (state phi net x t n h)) = (highest R c)%:M.
  by apply/matrixP => i j; rewrite !mxE steep.
rewrite mul_scalar_mx (exprS (decay_rate R c) n) exprMn -[leRHS]mulrA.
apply: le_trans (linear_step checked linear _) _.
by rewrite ler_wpmul2l ?sqr_ge0.
Qed.

(** What an accepted certificate proves: the bound C rⁿ, and that the Jacobians tend to 0. *)
Theorem check_decay_sound (x : nat -> 'cV[R]_m) (t : nat) (h : 'cV[R]_d) :
  (forall n, spectral_norm (jacobian_product phi net x t n h)
             <= decay_constant R c * decay_rate R c ^+ n) /\
  (fun n => jacobian_product phi net x t n h) --> (0 : 'M[R]_d).
Proof.
have rate_ge0 := decay_rate_ge0 R checked.
suff bound n : spectral_norm (jacobian_product phi net x t n h)
    <= Num.sqrt (real R (greatest c) / real R (least c)) * decay_rate R c ^+ n.
  have bound' n : spectral_norm (jacobian_product phi net x t n h)
      <= decay_constant R c * decay_rate R c ^+ n.
    by apply: le_trans (bound n) _; rewrite ler_wpmul2r ?exprn_ge0 ?root_of_quotient_le.
  split=> //; apply: (@spectral_norm_cvg_0 _ _ _ (decay_constant R c) (decay_rate R c)) => //.
  by rewrite rate_ge0 decay_rate_lt1.
have [linear | multiplied] := eqVneq (multiplier_list c) [::].
  apply: (spectral_norm_of_form (least_gt0 R checked) _ metric_within) => [|v].
    exact: exprn_ge0.
  exact: linear_forms.
have [] := sector_upper (net := net) slopes_in rate_ge0
  (multiplier_ge0 R checked) (least_gt0 R checked) metric_within _ x t h.
  by move=> u y; rewrite weightsE sector_form_contraction; apply: contraction_form_ge0.
by move=> _ [norms _]; apply: norms.
Qed.

End Decay.

(** ** Activations with known slopes *)

Section Activations.

Variables (R : realType) (c : certificate) (phi : activation R).
Hypothesis checked : check_decay c.

Lemma slopes_within_certificate (alpha beta : R) :
    lowest R c <= alpha -> beta <= highest R c -> slopes_within phi alpha beta ->
  slopes_within phi (lowest R c) (highest R c).
Proof.
move=> low high slopes_in z; have /andP[ge_alpha le_beta] := slopes_in z.
by rewrite (le_trans low) // (le_trans le_beta).
Qed.

Lemma fraction_le0 p q : 0 < real R q -> Z.leb p 0 -> fraction R p q <= 0.
Proof. by move=> q_gt0; rewrite -(real_le R) /fraction ler_pdivr_mulr // mul0r. Qed.

Lemma fraction_le1 p q : 0 < real R q -> Z.leb p q -> fraction R p q <= 1.
Proof. by move=> q_gt0; rewrite -(real_le R) /fraction ler_pdivr_mulr // mul1r. Qed.

Lemma fraction_ge1 p q : 0 < real R q -> Z.leb q p -> 1 <= fraction R p q.
Proof. by move=> q_gt0; rewrite -(real_le R) /fraction ler_pdivl_mulr // mul1r. Qed.

Lemma fraction_ge_quarter p q : 0 < real R q -> Z.leb q (Z.mul 4 p) -> 4%:R^-1 <= fraction R p q.
Proof.
move=> q_gt0; rewrite -(real_le R) real_mul => enough.
by rewrite /fraction ler_pdivl_mulr // ler_pdivr_mull.
Qed.

Lemma unit_slopes : slopes_contain_unit c -> slopes_within phi 0 1 ->
  slopes_within phi (lowest R c) (highest R c).
Proof.
have [_ q_gt0 _ _] := denominators_positive R checked.
case/andP => low high; apply: slopes_within_certificate; first exact: fraction_le0.
exact: fraction_ge1.
Qed.

Lemma quarter_slopes : slopes_contain_quarter c -> slopes_within phi 0 4%:R^-1 ->
  slopes_within phi (lowest R c) (highest R c).
Proof.
have [_ q_gt0 _ _] := denominators_positive R checked.
case/andP => low high; apply: slopes_within_certificate; first exact: fraction_le0.
exact: fraction_ge_quarter.
Qed.

Lemma one_slopes : slopes_contain_one c -> slopes_within phi 1 1 ->
  slopes_within phi (lowest R c) (highest R c).
Proof.
have [_ q_gt0 _ _] := denominators_positive R checked.
case/andP => low high; apply: slopes_within_certificate; first exact: fraction_le1.
exact: fraction_ge1.
Qed.

End Activations.
