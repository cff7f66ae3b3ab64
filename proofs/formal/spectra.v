(** * Eigenvalues of real matrices

    The spectrum of a real matrix is the set of its complex eigenvalues, and its spectral radius
    ρ(A) is the greatest of their moduli. It is a lower bound on the spectral norm, ρ(A) ≤ ‖A‖, and
    ρ(A)^n ≤ ‖A^n‖. For a matrix with two rows the trace and the determinant give the spectrum. *)

From mathcomp Require Import all_ssreflect all_algebra ring.
From mathcomp.real_closed Require Import complex.
From mathcomp.classical Require Import boolp classical_sets.
From mathcomp.analysis Require Import reals.
From gradproof Require Import network norms.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.
Local Open Scope complex_scope.
Local Open Scope classical_set_scope.

Section Spectra.

Variable R : realType.

(** |λ| as a real number *)
Definition modulus (lambda : R[i]) : R := ComplexField.Normc.normc lambda.

(** The complex eigenvalues of a real matrix. *)
Definition spectrum d (A : 'M[R]_d) : set R[i] :=
  [set lambda | eigenvalue (map_mx (real_complex R) A) lambda].

(** ρ(A) *)
Definition spectral_radius d (A : 'M[R]_d) : R := sup [set modulus lambda | lambda in spectrum A].

Lemma modulus_ge0 lambda : 0 <= modulus lambda.
Proof. by case: lambda => a b; rewrite sqrtr_ge0. Qed.

Lemma modulus_real a : modulus a%:C = `|a|.
Proof. by rewrite /modulus /= expr0n /= addr0 sqrtr_sqr. Qed.

(** The spectrum consists of the roots of the characteristic polynomial: *)
Lemma spectrum_factors d (A : 'M[R]_d) :
  exists2 s : seq R[i], char_poly (map_mx (real_complex R) A) = \prod_(z <- s) ('X - z%:P)
    & forall lambda, spectrum A lambda <-> lambda \in s.
Proof.
have [s factors] := closed_field_poly_normal (char_poly (map_mx (real_complex R) A)).
have /monicP monic := char_poly_monic (map_mx (real_complex R) A).
rewrite monic scale1r in factors; exists s => // lambda.
by rewrite /spectrum /= eigenvalue_root_char factors root_prod_XsubC.
Qed.

(** it is finite and isn't empty. *)
Lemma spectrum_list d (A : 'M[R]_d.+1) :
  exists2 s : seq R[i], s != [::] & forall lambda, spectrum A lambda <-> lambda \in s.
Proof.
have [s factors in_s] := spectrum_factors A; exists s => //; apply/eqP => s_empty.
have := size_char_poly (map_mx (real_complex R) A).
by rewrite factors s_empty big_nil size_poly1.
Qed.

Lemma modulus_bounded d (A : 'M[R]_d.+1) :
  has_ubound [set modulus lambda | lambda in spectrum A].
Proof.
have [s _ in_s] := spectrum_list A.
exists (\sum_(z <- s) modulus z) => _ [lambda /in_s s_lambda <-].
rewrite (big_rem lambda) //= ler_addl; apply: sumr_ge0 => z _; exact: modulus_ge0.
Qed.

(** |λ| ≤ ρ(A) for every eigenvalue, *)
Lemma modulus_le_spectral_radius d (A : 'M[R]_d.+1) lambda :
  spectrum A lambda -> modulus lambda <= spectral_radius A.
Proof. by move=> A_lambda; apply: sup_ub (modulus_bounded A) _ _; exists lambda. Qed.

Lemma greatest_in_list (T : eqType) (f : T -> R) (s : seq T) :
  s != [::] -> exists2 z, z \in s & forall y, y \in s -> f y <= f z.
Proof.
elim: s => // y [|x s] IH _.
  by exists y => [|x]; rewrite ?inE // => /eqP ->.
have [//|z s_z z_greatest] := IH; case: (lerP (f y) (f z)) => [y_le_z|z_lt_y].
  exists z => [|u]; first by rewrite inE s_z orbT.
  by rewrite inE => /orP[/eqP -> //|]; apply: z_greatest.
exists y => [|u]; first by rewrite inE eqxx.
by rewrite inE => /orP[/eqP -> //|/z_greatest /le_trans]; apply; apply: ltW.
Qed.

(** and equality holds for one of them. *)
Lemma spectral_radius_attained d (A : 'M[R]_d.+1) :
  exists2 lambda, spectrum A lambda & modulus lambda = spectral_radius A.
Proof.
have [s s_not_nil in_s] := spectrum_list A.
have [z s_z z_greatest] := greatest_in_list modulus s_not_nil.
exists z; first exact/in_s.
apply/eqP; rewrite eq_le modulus_le_spectral_radius /=; last exact/in_s.
apply: sup_le_ub => [|_ [y /in_s s_y <-]]; last exact: z_greatest.
by exists (modulus z), z => //; apply/in_s.
Qed.

Lemma spectral_radius_ge0 d (A : 'M[R]_d.+1) : 0 <= spectral_radius A.
Proof. by have [lambda _ <-] := spectral_radius_attained A; apply: modulus_ge0. Qed.

(** ** The spectral radius is a lower bound on norms *)

Lemma char_poly_transposed (F : comRingType) d (A : 'M[F]_d) : char_poly A^T = char_poly A.
Proof. by rewrite -[RHS]det_tr /char_poly /char_poly_mx linearB /= tr_scalar_mx map_trmx. Qed.

Lemma eigencolumn (F : fieldType) d (A : 'M[F]_d) lambda :
  eigenvalue A lambda -> exists2 v : 'cV_d, v != 0 & A *m v = lambda *: v.
Proof.
rewrite eigenvalue_root_char -char_poly_transposed -eigenvalue_root_char.
move=> /eigenvalueP[u u_eigen u_neq0]; exists u^T; first by rewrite -trmx0 (inj_eq trmx_inj).
by apply: trmx_inj; rewrite trmx_mul trmxK linearZ /= trmxK.
Qed.

Lemma eigenvalue_of_column d (A : 'M[R]_d) lambda (v : 'cV_d) :
  v != 0 -> map_mx (real_complex R) A *m v = lambda *: v -> spectrum A lambda.
Proof.
move=> v_neq0 v_eigen; rewrite /spectrum /= eigenvalue_root_char -char_poly_transposed.
rewrite -eigenvalue_root_char; apply/eigenvalueP; exists v^T.
  by rewrite -trmx_mul v_eigen linearZ.
by rewrite -trmx0 (inj_eq trmx_inj).
Qed.

Lemma modulusM (y z : R[i]) : modulus (y * z) = modulus y * modulus z.
Proof. exact: ComplexField.Normc.normcM. Qed.

Lemma modulusX (z : R[i]) n : modulus (z ^+ n) = modulus z ^+ n.
Proof.
elim: n => [|n IH]; last by rewrite !exprS modulusM IH.
by rewrite !expr0 (modulus_real 1) normr1.
Qed.

Lemma modulusD (y z : R[i]) : modulus (y + z) <= modulus y + modulus z.
Proof. by rewrite -lecR rmorphD; apply: (ler_norm_add y z). Qed.

Lemma modulus_square (z : R[i]) : modulus z ^+ 2 = complex.Re z ^+ 2 + complex.Im z ^+ 2.
Proof. by case: z => a b; rewrite sqr_sqrtr // addr_ge0 ?sqr_ge0. Qed.

(** Σ |v_i|² *)
Definition square_norm d (v : 'cV[R[i]]_d) : R := \sum_i modulus (v i 0) ^+ 2.

Lemma square_normE d (v : 'cV[R[i]]_d) :
  square_norm v =
  euclidean_norm (map_mx (@complex.Re R) v) ^+ 2 + euclidean_norm (map_mx (@complex.Im R) v) ^+ 2.
Proof.
have square_ge0 (u : 'cV[R]_d) : 0 <= \sum_i u i 0 ^+ 2.
  by apply: sumr_ge0 => i _; apply: sqr_ge0.
rewrite !sqr_sqrtr // -big_split; apply: eq_bigr => i _.
by rewrite !mxE modulus_square.
Qed.

Lemma square_normZ d lambda (v : 'cV[R[i]]_d) :
  square_norm (lambda *: v) = modulus lambda ^+ 2 * square_norm v.
Proof.
by rewrite /square_norm mulr_sumr; apply: eq_bigr => i _; rewrite mxE modulusM exprMn.
Qed.

Lemma square_norm_gt0 d (v : 'cV[R[i]]_d) : v != 0 -> 0 < square_norm v.
Proof.
have nonneg (i : 'I_d) : true -> 0 <= modulus (v i 0) ^+ 2 by rewrite sqr_ge0.
move=> v_neq0; rewrite lt_def sumr_ge0 // andbT; apply: contra v_neq0.
rewrite psumr_eq0 // => /allP all0; apply/eqP/colP => i; rewrite mxE.
have := all0 i (mem_index_enum i); rewrite /= sqrf_eq0 => /eqP.
exact: ComplexField.Normc.eq0_normc.
Qed.

Lemma square_norm_mulmx d (A : 'M[R]_d) (v : 'cV[R[i]]_d) :
  square_norm (map_mx (real_complex R) A *m v) <= spectral_norm A ^+ 2 * square_norm v.
Proof.
have re : map_mx (@complex.Re R) (map_mx (real_complex R) A *m v) =
          A *m map_mx (@complex.Re R) v.
  apply/colP => i; rewrite !mxE raddf_sum; apply: eq_bigr => j _; rewrite !mxE.
  by case: (v j 0) => a b /=; rewrite mul0r subr0.
have im : map_mx (@complex.Im R) (map_mx (real_complex R) A *m v) =
          A *m map_mx (@complex.Im R) v.
  apply/colP => i; rewrite !mxE raddf_sum; apply: eq_bigr => j _; rewrite !mxE.
  by case: (v j 0) => a b /=; rewrite mul0r addr0.
rewrite !square_normE re im mulrDr -!exprMn.
by apply: ler_add; rewrite ler_pexpn2r ?nnegrE ?mulr_ge0 ?sqrtr_ge0 ?spectral_norm_ge0 //;
  apply: euclidean_norm_mulmx.
Qed.

(** ρ(A) ≤ ‖A‖ *)
Theorem spectral_radius_le_spectral_norm d (A : 'M[R]_d.+1) : spectral_radius A <= spectral_norm A.
Proof.
have [lambda /eigencolumn[v v_neq0 v_eigen] <-] := spectral_radius_attained A.
rewrite -(@ler_pexpn2r _ 2) ?nnegrE ?modulus_ge0 ?spectral_norm_ge0 //.
rewrite -(ler_pmul2r (square_norm_gt0 v_neq0)) -square_normZ -v_eigen.
exact: square_norm_mulmx.
Qed.

(** ρ(A)^n ≤ ρ(A^n) *)
Theorem spectral_radius_power d (A : 'M[R]_d.+1) n :
  spectral_radius A ^+ n <= spectral_radius (A ^+ n).
Proof.
have [lambda /eigencolumn[v v_neq0 v_eigen] <-] := spectral_radius_attained A.
rewrite -modulusX; apply/modulus_le_spectral_radius/(eigenvalue_of_column v_neq0).
elim: n => [|n IH]; first by rewrite !expr0 map_mx1 mul1mx scale1r.
by rewrite exprS map_mxM -mulmxA IH -scalemxAr v_eigen scalerA -exprSr.
Qed.

(** ρ(A)^n ≤ ‖A^n‖ *)
Corollary spectral_radius_power_le d (A : 'M[R]_d.+1) n :
  spectral_radius A ^+ n <= spectral_norm (A ^+ n).
Proof. exact: le_trans (spectral_radius_power A n) (spectral_radius_le_spectral_norm _). Qed.

(** ** Matrices with two rows *)

Lemma char_poly_2x2 (F : fieldType) (A : 'M[F]_2) lambda :
  (char_poly A).[lambda] = lambda ^+ 2 - \tr A * lambda + \det A.
Proof.
have leading : (char_poly A)`_2 = 1.
  by have /monicP := char_poly_monic A; rewrite lead_coefE size_char_poly.
rewrite horner_coef size_char_poly !big_ord_recl big_ord0 /= /bump /= char_poly_det.
by rewrite (char_poly_trace (n := 2)) // leading; ring.
Qed.

(** Two numbers with the trace as their sum and the determinant as their product are the eigenvalues
    of a matrix with two rows, *)
Lemma spectrum_2x2 (A : 'M[R]_2) (y z : R[i]) :
  y + z = (\tr A)%:C -> y * z = (\det A)%:C -> spectrum A = [set y; z].
Proof.
move=> sum prod.
have factored lambda : spectrum A lambda = ((lambda == y) || (lambda == z)) :> Prop.
  have trace_A : \tr (map_mx (real_complex R) A) = y + z by rewrite sum; apply: trace_map_mx.
  have det_A : \det (map_mx (real_complex R) A) = y * z by rewrite prod; apply: det_map_mx.
  rewrite /spectrum /= eigenvalue_root_char rootE char_poly_2x2 trace_A det_A.
  rewrite -[lambda == y]subr_eq0 -[lambda == z]subr_eq0 -mulf_eq0.
  by congr (is_true (_ == _)); ring.
apply/seteqP; split=> lambda; rewrite factored /=; first by case/orP=> /eqP; [left|right].
by case=> ->; rewrite eqxx ?orbT.
Qed.

(** and the greater of their moduli is its spectral radius. *)
Lemma spectral_radius_2x2 (A : 'M[R]_2) (y z : R[i]) :
  y + z = (\tr A)%:C -> y * z = (\det A)%:C ->
  spectral_radius A = Num.max (modulus y) (modulus z).
Proof.
move=> sum prod; have A_spectrum := spectrum_2x2 sum prod.
apply/eqP; rewrite eq_le le_maxl !modulus_le_spectral_radius ?A_spectrum; try by [left|right].
have [lambda] := spectral_radius_attained A; rewrite A_spectrum => -[->|->] <-;
by rewrite andbT le_maxr lexx ?orbT.
Qed.

(** The matrix with the rows (a, b) and (c, d). *)
Definition matrix_2x2 (a b c d : R) : 'M[R]_2 :=
  \matrix_(i, j) if i == 0 then if j == 0 then a else b else if j == 0 then c else d.

(** The column (a, b). *)
Definition column_2 (a b : R) : 'cV[R]_2 := \col_i if i == 0 then a else b.

Lemma trace_2x2 a b c d : \tr (matrix_2x2 a b c d) = a + d.
Proof. by rewrite /mxtrace big_ord_recl big_ord1 !mxE. Qed.

Lemma det_2x2 a b c d : \det (matrix_2x2 a b c d) = a * d - b * c.
Proof.
rewrite (expand_det_row _ ord0) big_ord_recl big_ord1 /cofactor !det_mx11 !mxE /=.
by rewrite expr0 expr1 mul1r mulN1r mulrN.
Qed.

Lemma mulmx_2x2 a b c d y z :
  matrix_2x2 a b c d *m column_2 y z = column_2 (a * y + b * z) (c * y + d * z).
Proof.
apply/colP => i; rewrite mxE big_ord_recl big_ord1 !mxE /=.
by case: (i == 0).
Qed.

Lemma product_2x2 a b c d a' b' c' d' : matrix_2x2 a b c d *m matrix_2x2 a' b' c' d' =
  matrix_2x2 (a * a' + b * c') (a * b' + b * d') (c * a' + d * c') (c * b' + d * d').
Proof.
apply/matrixP => i j; rewrite mxE big_ord_recl big_ord1 !mxE /=.
by case: (i == 0); case: (j == 0).
Qed.

Lemma diagonal_2x2 p q a b c d :
  diagonal (column_2 p q) *m matrix_2x2 a b c d = matrix_2x2 (p * a) (p * b) (q * c) (q * d).
Proof.
apply/matrixP => i j; rewrite mul_diag_mx !mxE.
by case: (i == 0); case: (j == 0).
Qed.

(** A matrix with two rows and two real eigenvalues. *)
Lemma spectral_radius_real (A : 'M[R]_2) y z :
  y + z = \tr A -> y * z = \det A -> spectral_radius A = Num.max `|y| `|z|.
Proof.
move=> sum prod; rewrite -!modulus_real; apply: spectral_radius_2x2.
  by rewrite -sum rmorphD.
by rewrite -prod rmorphM.
Qed.

(** A matrix with two rows and two conjugate eigenvalues. *)
Lemma spectral_radius_conjugate (A : 'M[R]_2) :
  (\tr A) ^+ 2 <= 4%:R * \det A -> spectral_radius A = Num.sqrt (\det A).
Proof.
move=> conjugate; pose p := \tr A / 2%:R; pose q := Num.sqrt (\det A - p ^+ 2).
have q_square : q ^+ 2 = \det A - p ^+ 2.
  by rewrite sqr_sqrtr // subr_ge0 /p expr_div_n -natrX ler_pdivr_mulr ?ltr0n // mulrC.
have modulus_root s : s ^+ 2 = q ^+ 2 -> modulus (Complex p s) = Num.sqrt (\det A).
  by move=> s_square; rewrite /modulus /= s_square q_square addrC subrK.
rewrite (@spectral_radius_2x2 _ (Complex p q) (Complex p (- q))).
- by rewrite !modulus_root ?sqrrN // maxxx.
- by apply/eqP; rewrite eq_complex /= subrr eqxx andbT; apply/eqP; rewrite /p; field.
- apply/eqP; rewrite eq_complex /= mulrN opprK -!expr2 q_square addrC subrK eqxx /=.
  by rewrite mulrN mulrC addNr.
Qed.

End Spectra.
