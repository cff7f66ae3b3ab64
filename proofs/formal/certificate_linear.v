(** * Certificates for a single slope

    If all slopes are β (a linear activation), no multipliers are needed: r² X − β² Wᵀ X W ⪰ 0 says
    that a step diag(β, …, β) W multiplies xᵀ X x by at most r². *)

From Coq Require Import ZArith.
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.zify Require Import zify ssrZ.
From mathcomp.algebra_tactics Require Import ring.
From mathcomp.analysis Require Import reals.
From gradproof Require Import network norms.
From gradproof Require Import certificate_positivity certificate_check certificate_forms.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

Section Linear.

Variables (R : realType) (c : certificate).
Notation d := (dim c).+1.
Notation X := (metric_matrix R c).
Notation N := (numerators R c).
Implicit Types u : 'cV[R]_d.

Lemma quadratic_formE (A : 'M[R]_d) u :
  quadratic_form A u = \sum_i \sum_j A i j * (u i 0 * u j 0).
Proof.
rewrite /quadratic_form mxE exchange_big; apply: eq_bigr => j _ /=.
by rewrite mxE big_distrl; apply: eq_bigr => i _; rewrite /= mxE -mulrA mulrCA.
Qed.

Lemma quadratic_form_metric u : quadratic_form X u = metric_form u.
Proof. exact: quadratic_formE. Qed.

Lemma metric_matrix_symmetric : X^T = X.
Proof. by apply/matrixP => i j; rewrite !mxE symmetricC. Qed.

Lemma real_image (i j : 'I_d) : (j <= i)%N -> real R (image c i j) = (N^T *m X *m N) i j.
Proof.
move=> le; rewrite -mulmxA mxE /image /entry nth_mkseq // nth_mkseq // nth_mkseq //.
rewrite (@real_dot _ d) ?size_mkseq //; apply: eq_bigr => k _.
rewrite (nth_map [::]) ?size_mkseq // (nth_map [::]) ?size_mkseq // !nth_mkseq // mxE mxE.
congr (_ * _); rewrite (@real_dot _ d) ?size_mkseq // mxE; apply: eq_bigr => l _.
by rewrite !nth_mkseq // !mxE.
Qed.

Let root := real R (Z.mul (numerator (rate c))
                          (Z.mul (weight_denominator c) (slope_denominator c))).
Let slope := real R (Z.mul (greatest_slope c) (denominator (rate c))).

Lemma difference_entry (a b : R) (A B : 'M[R]_d) i j :
  (a *: A - b *: B) i j = a * A i j - b * B i j.
Proof. by rewrite !mxE. Qed.

Lemma linear_contraction_entry (i j : 'I_d) :
  real R (symmetric (linear_contraction c) i j) =
  (root ^+ 2 *: X - slope ^+ 2 *: (N^T *m X *m N)) i j.
Proof.
set B := _ - _; have B_symmetric : B^T = B.
  by rewrite /B linearB !linearZ /= !trmx_mul trmxK metric_matrix_symmetric mulmxA.
wlog le : i j / (j <= i)%N.
  move=> lower; case: (leqP j i) => [| /ltnW]; first exact: lower.
  by move/lower => swapped; rewrite symmetricC swapped -B_symmetric mxE B_symmetric.
rewrite {1}/symmetric le /linear_contraction real_sub !(real_mul _ (Z.mul _ _)) real_image //.
by rewrite /B difference_entry [X i j]mxE /symmetric le /root /slope !real_mul !expr2.
Qed.

Lemma linear_contraction_form u :
  form (fun i j => real R (symmetric (linear_contraction c) i j)) (fun i => u i 0) =
  root ^+ 2 * metric_form u - slope ^+ 2 * metric_form (N *m u).
Proof.
rewrite -!quadratic_form_metric {2}/quadratic_form trmx_mul.
have -> : u^T *m N^T *m X *m (N *m u) = u^T *m (N^T *m X *m N) *m u by rewrite !mulmxA.
rewrite -/(quadratic_form _ u) !quadratic_formE !mulr_sumr -sumrB; apply: eq_bigr => i _.
rewrite !mulr_sumr -sumrB; apply: eq_bigr => j _.
by rewrite linear_contraction_entry difference_entry mulrBl !mulrA.
Qed.

Hypothesis checked : check_decay c.
Hypothesis linear : multiplier_list c = [::].

Lemma single_slope : lowest R c = highest R c.
Proof.
case/and4P: checked => _; rewrite /contracts linear => /andP[/Z.eqb_spec same _] _ _.
by rewrite /lowest /highest same.
Qed.

(** The form of X at β W u is at most r² times that at u. *)
Lemma linear_step u :
  quadratic_form X (highest R c *: (weight_matrix R c *m u))
    <= decay_rate R c ^+ 2 * quadratic_form X u.
Proof.
have [W_gt0 slopes_gt0 q_gt0 _] := denominators_positive R checked.
have /(@positive_sound R) above : positive d (linear_contraction c) (contraction_factor c).
  by case/and4P: checked => _; rewrite /contracts linear => /andP[].
have := above (fun i => u i 0); rewrite linear_contraction_form subr_ge0.
rewrite numeratorsE // -scalemxAl metric_form_scale !quadratic_form_metric metric_form_scale.
rewrite /root /slope !real_mul /highest /decay_rate /fraction.
move: (real R (weight_denominator c)) (real R (slope_denominator c)) W_gt0 slopes_gt0 => w a.
move: (real R (denominator (rate c))) q_gt0 => q q_gt0 w_gt0 a_gt0 below.
rewrite -(ler_pmul2l (_ : 0 < (q * (w * a)) ^+ 2)) ?exprn_gt0 ?mulr_gt0 //.
by move: below; congr (_ <= _); field; rewrite lt0r_neq0.
Qed.

End Linear.
