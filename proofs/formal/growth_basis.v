(** * Bases that fit a norm

    For every norm of columns there is a basis of vectors of norm at most 1 in which no coordinate
    of a vector exceeds twice its norm: vectors of the unit ball whose determinant is nearly as
    great as possible. If a matrix enlarges no norm and moves some vector only a little, in these
    coordinates, then 1 minus the matrix has a small determinant and the matrix an eigenvalue near
    1; how near depends on the dimension, but not on the norm. *)

From mathcomp Require Import all_ssreflect all_algebra perm.
From mathcomp.real_closed Require Import complex.
From mathcomp.classical Require Import boolp classical_sets mathcomp_extra.
From mathcomp.analysis Require Import reals.
From gradproof Require Import spectra.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.
Local Open Scope complex_scope.
Local Open Scope classical_set_scope.

(** *** Determinants *)

Section Determinants.

Variable R : realType.
Implicit Types (b c eta eps : R).

(** |det A| ≤ n! bⁿ if every |a_ij| ≤ b *)
Lemma determinant_le n (A : 'M[R]_n) b : (forall i j, `|A i j| <= b) ->
  `|\det A| <= n`!%:R * b ^+ n.
Proof.
move=> A_le; apply: le_trans (ler_norm_sum _ _ _) _.
have -> : n`!%:R * b ^+ n = \sum_(s : 'S_n) b ^+ n.
  by rewrite sumr_const card_Sn mulr_natl.
apply: ler_sum => s _; rewrite normrM normrX normrN1 expr1n mul1r normr_prod.
have -> : b ^+ n = \prod_(i < n) b by rewrite prodr_const card_ord.
by apply: ler_prod => i _; rewrite normr_ge0 A_le.
Qed.

(** Every entry of the adjugate of a matrix of n + 1 rows is at most n! bⁿ. *)
Lemma adjugate_le n (A : 'M[R]_n.+1) b i j : (forall i j, `|A i j| <= b) ->
  `|(\adj A) i j| <= n`!%:R * b ^+ n.
Proof.
move=> A_le; rewrite mxE /cofactor normrM normrX normrN1 expr1n mul1r.
by apply: determinant_le => k l; rewrite !mxE.
Qed.

(** |det A| |v_j| ≤ (n + 1) n! bⁿ η if every |a_ij| ≤ b and every |(A v)_i| ≤ η *)
Lemma determinant_times_entry_le n (A : 'M[R]_n.+1) (v : 'cV[R]_n.+1) b eta j :
    (forall i j, `|A i j| <= b) -> (forall i, `|(A *m v) i 0| <= eta) ->
  `|\det A| * `|v j 0| <= n.+1%:R * (n`!%:R * b ^+ n) * eta.
Proof.
move=> A_le Av_le; rewrite -normrM.
have -> : \det A * v j 0 = (\adj A *m (A *m v)) j 0 by rewrite mulmxA mul_adj_mx mul_scalar_mx mxE.
rewrite mxE (le_trans (ler_norm_sum _ _ _)) //.
have -> : n.+1%:R * (n`!%:R * b ^+ n) * eta = \sum_(i < n.+1) n`!%:R * b ^+ n * eta.
  by rewrite sumr_const card_ord -mulrA mulr_natl.
apply: ler_sum => i _.
by rewrite normrM ler_pmul // adjugate_le.
Qed.

Definition with_column n (A : 'M[R]_n) (v : 'cV[R]_n) j : 'M[R]_n :=
  \matrix_(i, k) if k == j then v i 0 else A i k.

(** Cramer's rule *)
Lemma det_with_column n (A : 'M[R]_n) (v : 'cV[R]_n) j :
  \det (with_column A v j) = (\adj A *m v) j 0.
Proof.
rewrite (expand_det_col _ j) mxE; apply: eq_bigr => i _; rewrite !mxE eqxx mulrC; congr (_ * _).
rewrite /cofactor; congr (_ * \det _); apply/matrixP => k l.
by rewrite !mxE eq_sym (negPf (neq_lift _ _)).
Qed.

(** The norm of a complex number is its modulus. *)
Lemma normE (z : R[i]) : `|z| = (modulus z)%:C.
Proof. by case: z. Qed.

(** The value of the characteristic polynomial at a is det(a − A). *)
Lemma char_poly_value (F : comRingType) n (A : 'M[F]_n) a : (char_poly A).[a] = \det (a%:M - A).
Proof.
rewrite /char_poly -horner_evalE -det_map_mx; congr (\det _); apply/matrixP => i j.
by rewrite !mxE /= horner_evalE hornerD hornerN hornerMn hornerX hornerC.
Qed.

(** If |det(1 − A)| < εⁿ for A of n rows, then A has an eigenvalue with |1 − λ| < ε. *)
Lemma eigenvalue_near_1 n (A : 'M[R]_n.+1) eps : 0 < eps -> `|\det (1%:M - A)| < eps ^+ n.+1 ->
  exists2 lambda, spectrum A lambda & modulus (1 - lambda) < eps.
Proof.
move=> eps_gt0 det_lt; pose AC := map_mx (real_complex R) A.
have [s p_factors in_s] := spectrum_factors A; rewrite -/AC in p_factors.
have size_s : size s = n.+1.
  by have := size_char_poly AC; rewrite p_factors size_prod_XsubC => -[].
have [/hasP[z s_z z_near]|/hasPn far] := boolP (has (fun z => modulus (1 - z) < eps) s).
  by exists z => //; exact/in_s.
suff : eps ^+ n.+1 <= `|\det (1%:M - A)| by rewrite leNgt det_lt.
have -> : `|\det (1%:M - A)| = \prod_(z <- s) modulus (1 - z).
  apply: (@complexI R); rewrite -modulus_real -normE -det_map_mx map_mxB map_mx1 -/AC.
  rewrite -char_poly_value p_factors horner_prod normr_prod rmorph_prod /=.
  by apply: eq_bigr => z _; rewrite hornerXsubC normE.
have <- : \prod_(z <- s) eps = eps ^+ n.+1 by rewrite big_const_seq count_predT size_s iter_mulr_1.
rewrite !big_seq; apply: ler_prod => z /far.
by rewrite -leNgt (ltW eps_gt0).
Qed.

End Determinants.

(** 2 (d + 1)² d! 4ᵈ for columns of d + 1 entries *)
Definition determinant_factor (R : realType) (dim : nat) : R :=
  2%:R * dim.+1%:R * (dim.+1%:R * (dim`!%:R * 4%:R ^+ dim)).

Lemma determinant_factor_ge0 (R : realType) dim : 0 <= determinant_factor R dim.
Proof. by rewrite !mulr_ge0 ?exprn_ge0 ?ler0n. Qed.

(** *** A basis that fits a norm *)

Section FittingBasis.

Variables (R : realType) (dim : nat) (N : 'cV[R]_dim.+1 -> R).
Implicit Types (Q : 'M[R]_dim.+1) (v : 'cV[R]_dim.+1).
Hypothesis N_scale : forall c v, N (c *: v) = `|c| * N v.
Hypothesis entry_le : forall v i, `|v i 0| <= N v.

Let N_ge0 v : 0 <= N v.
Proof. exact: le_trans (normr_ge0 _) (entry_le v 0). Qed.

Let unit_columns : set 'M[R]_dim.+1 := [set Q | forall j, N (col j Q) <= 1].

Let entries_le1 Q : unit_columns Q -> forall i j, `|Q i j| <= 1.
Proof.
move=> Q_le i j; have := entry_le (col j Q) i.
by rewrite mxE => /le_trans; apply; exact: Q_le.
Qed.

Let determinants : set R := [set `|\det Q| | Q in unit_columns].

Let determinants_bounded : has_ubound determinants.
Proof.
exists (dim.+1`!%:R * 1 ^+ dim.+1) => _ [Q Q_le <-].
exact: determinant_le (entries_le1 Q_le).
Qed.

Let scalar_matrix_unit_columns : exists2 a, 0 < a & unit_columns a%:M.
Proof.
pose b := 1 + \sum_j N (col j 1%:M).
have sum_ge0 (P : pred 'I_dim.+1) : 0 <= \sum_(k | P k) N (col k 1%:M).
  by apply: sumr_ge0 => k _; exact: N_ge0.
have b_gt0 : 0 < b by apply: ltr_paddr (sum_ge0 _) ltr01.
exists b^-1 => [|j]; first by rewrite invr_gt0.
rewrite -scalemx1 linearZ N_scale ger0_norm ?invr_ge0 ?(ltW b_gt0) //.
rewrite mulrC ler_pdivr_mulr // mul1r /b (bigD1 j) //= addrCA ler_addl.
exact: addr_ge0 ler01 (sum_ge0 _).
Qed.

Lemma nearly_greatest_determinant : exists2 Q, unit_columns Q &
  0 < `|\det Q| /\ forall P, unit_columns P -> `|\det P| <= 2%:R * `|\det Q|.
Proof.
have [a a_gt0 a_unit] := scalar_matrix_unit_columns.
have det_a : determinants (a ^+ dim.+1).
  by exists a%:M => //; rewrite det_scalar ger0_norm // exprn_ge0 // ltW.
have sup_gt0 : 0 < sup determinants.
  by apply: lt_le_trans (sup_ub determinants_bounded det_a); exact: exprn_gt0.
have two_gt0 : 0 < 2%:R :> R by rewrite ltr0n.
have [_ half_lt] := midf_lt sup_gt0; rewrite add0r in half_lt.
have [_ [Q Q_unit <-] Q_gt] := sup_gt (ex_intro _ _ det_a) half_lt.
exists Q => //; split=> [|P P_unit]; first by rewrite (le_lt_trans _ Q_gt) // divr_ge0 // ltW.
rewrite ltr_pdivr_mulr // mulrC in Q_gt; apply: le_trans (ltW Q_gt).
by apply: sup_ub => //; exists P.
Qed.

(** There is a basis of vectors of norm at most 1 in which the coordinates of every v are at most
    2 N(v). *)
Theorem fitting_basis : exists2 Q, Q \in unitmx &
  (forall j, N (col j Q) <= 1) /\ (forall v j, `|(invmx Q *m v) j 0| <= 2%:R * N v).
Proof.
have [Q Q_unit_columns [det_gt0 det_greatest]] := nearly_greatest_determinant.
have Q_unit : Q \in unitmx by rewrite unitmxE unitfE -normr_gt0.
have unit_ball v j : N v <= 1 -> `|(invmx Q *m v) j 0| <= 2%:R.
  move=> v_le; rewrite /invmx Q_unit -scalemxAl mxE -det_with_column normrM normfV.
  rewrite mulrC ler_pdivr_mulr //; apply: det_greatest => k.
  have [->|k_neq] := eqVneq k j.
    have -> : col j (with_column Q v j) = v by apply/colP => i; rewrite !mxE eqxx.
    by [].
  have -> : col k (with_column Q v j) = col k Q by apply/colP => i; rewrite !mxE (negPf k_neq).
  exact: Q_unit_columns.
exists Q => //; split=> // v j; have [v_eq0|v_neq0] := eqVneq (N v) 0.
  have -> : v = 0 by apply/colP => i; apply/eqP; rewrite mxE -normr_le0 -v_eq0.
  by rewrite mulmx0 mxE normr0 mulr_ge0 ?N_ge0 ?ler0n.
have v_gt0 : 0 < N v by rewrite lt_neqAle eq_sym v_neq0 N_ge0.
have := unit_ball ((N v)^-1 *: v) j.
rewrite N_scale ger0_norm ?invr_ge0 // mulVf // -scalemxAr mxE normrM => /(_ (lexx _)).
by rewrite ger0_norm ?invr_ge0 // mulrC ler_pdivr_mulr.
Qed.

Hypothesis N_add : forall v w, N (v + w) <= N v + N w.

Variable Q : 'M[R]_dim.+1.
Hypothesis Q_unit : Q \in unitmx.
Hypothesis columns_le1 : forall j, N (col j Q) <= 1.
Hypothesis coordinates_le : forall v j, `|(invmx Q *m v) j 0| <= 2%:R * N v.

Let N_sum (I : Type) (r : seq I) (f : I -> 'cV[R]_dim.+1) :
  N (\sum_(i <- r) f i) <= \sum_(i <- r) N (f i).
Proof.
elim/big_rec2: _ => [|i b v _ IH]; last exact: le_trans (N_add _ _) (ler_add (lexx _) IH).
by rewrite -(scale0r 0) N_scale normr0 mul0r.
Qed.

Lemma norm_le_coordinates v : N v <= \sum_j `|(invmx Q *m v) j 0|.
Proof.
have {1}-> : v = \sum_j (invmx Q *m v) j 0 *: col j Q.
  rewrite -{1}(mulKVmx Q_unit v); apply/colP => i; rewrite mxE summxE.
  by apply: eq_bigr => j _; rewrite !mxE mulrC.
apply: le_trans (N_sum _ _) _; apply: ler_sum => j _.
by rewrite N_scale ler_pimulr.
Qed.

Lemma great_coordinate y : 1 < 2%:R * N y ->
  exists j, 1 < 2%:R * dim.+1%:R * `|(invmx Q *m y) j 0|.
Proof.
move=> y_gt; apply: contrapT => /forallNP small; move: y_gt; apply/negP; rewrite -leNgt.
apply: le_trans (ler_wpmul2l (ler0n _ 2) (norm_le_coordinates y)) _.
have dim_gt0 : 0 < dim.+1%:R :> R by rewrite ltr0n.
rewrite -(ler_pmul2l dim_gt0) mulr1 mulrCA mulrA mulr_sumr.
have -> : dim.+1%:R = \sum_(j < dim.+1) 1 :> R by rewrite sumr_const card_ord.
by apply: ler_sum => j _; rewrite sumr_const card_ord leNgt; apply/negP/small.
Qed.

(** If B enlarges no norm, and changes the coordinates of a vector y of norm above 1/2 by at most η,
    then |det(1 − B)| is at most η times a number that depends on the dimension only. *)
Lemma determinant_near_fixed_vector (B : 'M[R]_dim.+1) y eta : (forall v, N (B *m v) <= N v) ->
    1 < 2%:R * N y -> (forall i, `|(invmx Q *m (y - B *m y)) i 0| <= eta) ->
  `|\det (1%:M - B)| <= determinant_factor R dim * eta.
Proof.
move=> B_le y_gt near; pose T := invmx Q *m (1%:M - B) *m Q.
have TE : \det T = \det (1%:M - B).
  by rewrite !det_mulmx det_inv mulrAC mulVf ?mul1r // -unitfE -unitmxE.
have T_le i j : `|T i j| <= 4%:R.
  have -> : T i j = (invmx Q *m (col j Q - B *m col j Q)) i 0.
    have -> : col j Q - B *m col j Q = (1%:M - B) *m col j Q by rewrite mulmxBl mul1mx.
    by rewrite colE !mulmxA -colE -/T [RHS]mxE.
  apply: le_trans (coordinates_le _ _) _.
  have -> : 4%:R = 2%:R * (1 + 1) :> R by rewrite -[1 + 1]/(2%:R) -natrM.
  rewrite ler_wpmul2l ?ler0n // (le_trans (N_add _ _)) // ler_add //.
  by rewrite -scaleN1r N_scale normrN1 mul1r (le_trans (B_le _)).
have Tc_le i : `|(T *m (invmx Q *m y)) i 0| <= eta.
  by rewrite -!mulmxA mulKVmx // mulmxBl mul1mx.
have [j y_j] := great_coordinate y_gt; rewrite -TE.
have det_le := determinant_times_entry_le j T_le Tc_le.
apply: le_trans (_ : _ <= `|\det T| * (2%:R * dim.+1%:R * `|(invmx Q *m y) j 0|)) _.
  by rewrite ler_pemulr // ltW.
by rewrite mulrCA -[leRHS]mulrA ler_wpmul2l ?mulr_ge0.
Qed.

End FittingBasis.

(** *** Close columns among many *)

Section CloseColumns.

Variables (R : realType) (dim : nat) (eta : R).
Hypothesis eta_gt0 : 0 < eta.

Let cell_index (u : R) : nat := `|floor u|%N.

Let cell_index_bounds u : 0 <= u -> (cell_index u)%:R <= u < (cell_index u)%:R + 1.
Proof.
move=> u_ge0; have -> : (cell_index u)%:R = (floor u)%:~R :> R.
  by rewrite /cell_index natr_absz ger0_norm ?floor_ge0.
by rewrite floor_le lt_succ_floor.
Qed.

(** The cell of a number of [−2, 2] among cells of length η. *)
Let cell (x : R) : nat := cell_index ((x + 2%:R) / eta).
Let cells : nat := cell_index (4%:R / eta).

Let position_within x : `|x| <= 2%:R -> 0 <= (x + 2%:R) / eta <= 4%:R / eta.
Proof.
rewrite ler_norml -subr_ge0 opprK => /andP[x_ge x_le]; rewrite divr_ge0 ?(ltW eta_gt0) //=.
by rewrite ler_wpmul2r ?invr_ge0 ?(ltW eta_gt0) // (natrD R 2 2) ler_add2r.
Qed.

Let cell_le x : `|x| <= 2%:R -> (cell x <= cells)%N.
Proof.
move=> /position_within/andP[x_ge x_le]; rewrite leqNgt; apply/negP.
rewrite -(ler_nat R) => cell_gt.
have /andP[cell_le _] := cell_index_bounds x_ge.
have /andP[_] := cell_index_bounds (le_trans x_ge x_le).
by rewrite natr1 ltNge (le_trans cell_gt) // (le_trans cell_le).
Qed.

Let cell_close x y : `|x| <= 2%:R -> `|y| <= 2%:R -> cell x = cell y -> `|x - y| <= eta.
Proof.
move=> /position_within/andP[x_ge _] /position_within/andP[y_ge _] cell_xy.
have /andP[x_cell x_lt] := cell_index_bounds x_ge.
have /andP[y_cell y_lt] := cell_index_bounds y_ge.
rewrite -/(cell x) cell_xy in x_cell x_lt; rewrite -/(cell y) in y_cell y_lt.
have -> : x - y = ((x + 2%:R) / eta - (y + 2%:R) / eta) * eta.
  by rewrite -mulrBl divfK ?lt0r_neq0 // opprD addrACA subrr addr0.
rewrite normrM (gtr0_norm eta_gt0) ler_pimull ?(ltW eta_gt0) // ler_norml.
rewrite ler_subr_addr ler_subl_addr addrC; apply/andP; split.
  by rewrite (le_trans _ x_cell) // ler_subl_addr ltW.
by rewrite (le_trans (ltW x_lt)) // addrC ler_add2l.
Qed.

(** For every η > 0 there is an L such that among L + 1 columns with entries in [−2, 2] two differ
    by at most η in every entry. *)
Lemma close_columns : exists2 L : nat, (0 < L)%N &
  forall c : nat -> 'cV[R]_dim.+1, (forall k i, `|c k i 0| <= 2%:R) ->
  exists i j, (i < j <= L)%N /\ forall k, `|(c i - c j) k 0| <= eta.
Proof.
pose f (c : nat -> 'cV[R]_dim.+1) (k : nat) : {ffun 'I_dim.+1 -> 'I_cells.+1} :=
  [ffun i => inord (cell (c k i 0))].
exists #|{ffun 'I_dim.+1 -> 'I_cells.+1}|.
  by rewrite card_ffun !card_ord expn_gt0.
set L := #|_|; move=> c c_le; pose g (k : 'I_L.+1) := f c k.
have /injectivePn[i [j i_neq_j gE]] : ~~ injectiveb g.
  by apply/injectiveP => /leq_card; rewrite card_ord ltnn.
have close k : `|c i k 0 - c j k 0| <= eta.
  have /ffunP/(_ k) := gE; rewrite !ffunE => /(congr1 val).
  by rewrite /= !inordK ?ltnS ?cell_le // => /cell_close; apply.
have [i_lt|j_lt|/val_inj/eqP] := ltngtP i j; last by rewrite (negPf i_neq_j).
  by exists i, j; rewrite i_lt -ltnS ltn_ord; split=> // k; rewrite !mxE.
by exists j, i; rewrite j_lt -ltnS ltn_ord; split=> // k; rewrite !mxE distrC.
Qed.

End CloseColumns.
