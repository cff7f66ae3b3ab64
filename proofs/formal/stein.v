(** * Explosion by an indefinite form

    Let P_0, P_1, … be real matrices with (diag(e_k) W w)ᵀ P_{k+1} (diag(e_k) W w) ≤ r² wᵀ P_k w for
    all w. Then Φ_n = diag(e_{n−1}) W ⋯ diag(e_0) W satisfies (Φ_n v)ᵀ P_n (Φ_n v) ≤ r²ⁿ vᵀ P_0 v.
    If vᵀ P_0 v < 0, the left side is negative, and it is at least −M ‖Φ_n v‖² where M bounds all
    P_n: so ‖Φ_n v‖ ≥ c rⁿ with a c > 0. Where the e_k and the P_k come again after L steps,
    Φ_{mL} = Aᵐ with A = Φ_L, hence ρ(A) ≥ r^L and ‖Aᵐ‖ ≥ r^{Lm} for all m. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.classical Require Import boolp classical_sets.
From mathcomp.analysis Require Import reals signed topology normedtype sequences.
From gradproof Require Import network norms realisation spectra powers.
From gradproof Require Import growth_products growth growth_words.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory Order.TTheory numFieldNormedType.Exports.
Local Open Scope ring_scope.
Local Open Scope classical_set_scope.

Section Forms.

Variables (R : realType) (dim : nat).
Implicit Types (P A : 'M[R]_dim.+1) (v w : 'cV[R]_dim.+1).

(** Σ |p_ij| *)
Definition entry_sum P : R := \sum_i \sum_j `|P i j|.

Lemma entry_sum_ge0 P : 0 <= entry_sum P.
Proof. by apply: sumr_ge0 => i _; apply: sumr_ge0 => j _. Qed.

(** −wᵀ P w ≤ Σ |p_ij| ‖w‖² *)
Lemma opp_quadratic_form_le P w : - quadratic_form P w <= entry_sum P * euclidean_norm w ^+ 2.
Proof.
rewrite (le_trans (ler_norm _)) // normrN quadratic_form_sum mulr_suml.
rewrite (le_trans (ler_norm_sum _ _ _)) //; apply: ler_sum => i _.
rewrite mulr_suml (le_trans (ler_norm_sum _ _ _)) //; apply: ler_sum => j _.
rewrite !normrM mulrAC mulrC ler_wpmul2l // expr2.
by rewrite ler_pmul ?entry_le_euclidean_norm.
Qed.

Lemma negative_form_norm_gt0 P v : quadratic_form P v < 0 -> 0 < euclidean_norm v.
Proof.
move=> negative; rewrite lt_neqAle eq_sym euclidean_norm_ge0 andbT; apply/eqP => v_eq0.
have := opp_quadratic_form_le P v.
by rewrite v_eq0 expr0n mulr0 oppr_le0 leNgt negative.
Qed.

End Forms.

Section Growth.

Variables (R : realType) (dim : nat) (W : 'M[R]_dim.+1).
Variables (e : nat -> 'cV[R]_dim.+1) (P : nat -> 'M[R]_dim.+1) (r : R).
Implicit Types v w : 'cV[R]_dim.+1.
Hypothesis forms_le : forall k w,
  quadratic_form (P k.+1) (diagonal (e k) *m (W *m w)) <= r ^+ 2 * quadratic_form (P k) w.

(** (Φ_n w)ᵀ P_n (Φ_n w) ≤ r²ⁿ wᵀ P_0 w *)
Lemma stein_forms n w :
  quadratic_form (P n) (slope_product W e n *m w) <= (r ^+ n) ^+ 2 * quadratic_form (P 0%N) w.
Proof.
elim: n => [|n IH]; first by rewrite mul1mx expr1n mul1r.
rewrite /= -!mulmxA; apply: le_trans (forms_le _ _) _.
by rewrite (exprS r n) exprMn -[leRHS]mulrA ler_wpmul2l ?sqr_ge0.
Qed.

Variables (M : R) (v : 'cV[R]_dim.+1).
Hypothesis r_ge0 : 0 <= r.
Hypothesis P_bounded : forall n w, - quadratic_form (P n) w <= M * euclidean_norm w ^+ 2.
Hypothesis negative : quadratic_form (P 0%N) v < 0.

(** If r ≥ 0, (diag(e_k) W w)ᵀ P_{k+1} (diag(e_k) W w) ≤ r² wᵀ P_k w for all k and w,
    −wᵀ P_n w ≤ M ‖w‖² for all n and w, and vᵀ P_0 v < 0, then √(−vᵀ P_0 v / M) is positive, and
    ‖Φ_n v‖ ≥ √(−vᵀ P_0 v / M) rⁿ for all n. *)
Theorem stein_growth :
  0 < Num.sqrt (- quadratic_form (P 0%N) v / M) /\
  forall n, Num.sqrt (- quadratic_form (P 0%N) v / M) * r ^+ n
            <= euclidean_norm (slope_product W e n *m v).
Proof.
have v_gt0 : 0 < euclidean_norm v ^+ 2 by rewrite exprn_gt0 ?(negative_form_norm_gt0 negative).
have M_gt0 : 0 < M.
  rewrite -(pmulr_lgt0 _ v_gt0); apply: lt_le_trans (P_bounded 0 v).
  by rewrite oppr_gt0.
have ratio_gt0 : 0 < - quadratic_form (P 0%N) v / M by rewrite divr_gt0 ?oppr_gt0.
split=> [|n]; first by rewrite sqrtr_gt0.
rewrite -(@ler_pexpn2r _ 2) ?nnegrE ?euclidean_norm_ge0 ?mulr_ge0 ?sqrtr_ge0 ?exprn_ge0 //.
rewrite exprMn sqr_sqrtr ?(ltW ratio_gt0) // mulrAC ler_pdivr_mulr // [leRHS]mulrC.
apply: le_trans (P_bounded n _); rewrite mulNr ler_opp2 mulrC; exact: stein_forms.
Qed.

End Growth.

(** If ‖Φ_n v‖ ≥ c rⁿ for all n with a c > 0, where the slopes of Φ_n are e_0, …, e_{L−1}, again and
    again, then A = diag(e_{L−1}) W ⋯ diag(e_0) W has ρ(A) ≥ r^L. *)
Lemma word_growth (R : realType) (dim : nat) (W : 'M[R]_dim.+1) (word : nat -> 'cV[R]_dim.+1)
    (L : nat) (r c : R) v : 0 <= r -> 0 < c ->
    (forall n, c * r ^+ n <= euclidean_norm (slope_product W (repeated word L) n *m v)) ->
  r ^+ L <= spectral_radius (slope_product W word L).
Proof.
move=> r_ge0 c_gt0 grows; rewrite leNgt; apply/negP => radius_lt.
have [q_gt q_lt] := midf_lt radius_lt; have [b b_ge0 bound] := spectral_norm_power_le q_gt.
have q_ge0 := le_trans (spectral_radius_ge0 _) (ltW q_gt).
move: q_lt; apply/negP; rewrite -leNgt.
apply: (@le_of_powers _ _ _ (b * (euclidean_norm v / c))) => // n.
rewrite mulrAC mulrA ler_pdivl_mulr // [leLHS]mulrC -exprM.
apply: le_trans (grows _) (le_trans (euclidean_norm_mulmx _ _) _).
by rewrite ler_wpmul2r ?euclidean_norm_ge0 // mulnC slope_product_repeated.
Qed.

(** ‖A_n‖ → ∞ if ‖A_n v‖ ≥ c rⁿ with c > 0 and r > 1 *)
Lemma growth_unbounded (R : realType) (dim : nat) (A : nat -> 'M[R]_dim.+1) (r c : R) v :
    1 < r -> 0 < c -> (forall n, c * r ^+ n <= euclidean_norm (A n *m v)) ->
  (fun n => spectral_norm (A n)) --> +oo.
Proof.
move=> r_gt1 c_gt0 grows; apply/cvgryPge => B.
pose b := `|B| * euclidean_norm v / c.
have [|N large] := @power_eventually_le R 1 r b; first by rewrite ler01.
exists N => // n /= n_ge; have := large n n_ge; rewrite expr1n mulr1 ler_pdivr_mulr // => le_r.
have v_gt0 : 0 < euclidean_norm v.
  rewrite lt_neqAle eq_sym euclidean_norm_ge0 andbT; apply/eqP => v_eq0.
  have := le_trans (grows 0%N) (euclidean_norm_mulmx _ _).
  by rewrite v_eq0 mulr0 mulr1 leNgt c_gt0.
rewrite (le_trans (ler_norm B)) // -(ler_pmul2r v_gt0) (le_trans le_r) // mulrC.
exact: le_trans (grows n) (euclidean_norm_mulmx _ _).
Qed.

Section Word.

Variables (R : realType) (dim : nat) (W : 'M[R]_dim.+1) (L : nat).
Variables (word : nat -> 'cV[R]_dim.+1) (P : nat -> 'M[R]_dim.+1) (r : R) (v : 'cV[R]_dim.+1).
Hypotheses (L_gt0 : (0 < L)%N) (r_ge0 : 0 <= r).
Hypothesis closed : P L = P 0%N.
Hypothesis forms_le : forall k w, (k < L)%N ->
  quadratic_form (P k.+1) (diagonal (word k) *m (W *m w)) <= r ^+ 2 * quadratic_form (P k) w.
Hypothesis negative : quadratic_form (P 0%N) v < 0.

Lemma repeated_forms_le k w :
  quadratic_form (P (k.+1 %% L)) (diagonal (repeated word L k) *m (W *m w))
  <= r ^+ 2 * quadratic_form (P (k %% L)) w.
Proof.
have k_lt : (k %% L < L)%N by rewrite ltn_mod.
suff -> : P (k.+1 %% L) = P (k %% L).+1 by exact: forms_le.
rewrite -[k.+1]addn1 -modnDml [(_ + 1)%N]addn1; move: k_lt; rewrite leq_eqVlt => /predU1P[->|small].
  by rewrite modnn closed.
by rewrite modn_small.
Qed.

(** Let r ≥ 0, L > 0, P_L = P_0, (diag(e_k) W w)ᵀ P_{k+1} (diag(e_k) W w) ≤ r² wᵀ P_k w for all w
    and k < L, and vᵀ P_0 v < 0. Then A = diag(e_{L−1}) W ⋯ diag(e_0) W has ρ(A) ≥ r^L and
    ‖Aᵐ‖ ≥ r^{Lm} for all m, and there is a c > 0 with ‖Φ_n v‖ ≥ c rⁿ for all n, where the slopes of
    Φ_n are e_0, …, e_{L−1}, again and again. *)
Theorem stein_word :
  r ^+ L <= spectral_radius (slope_product W word L) /\
  (forall m, r ^+ (L * m) <= spectral_norm (slope_product W word L ^+ m)) /\
  exists2 c, 0 < c &
    forall n, c * r ^+ n <= euclidean_norm (slope_product W (repeated word L) n *m v).
Proof.
pose M := \sum_(k < L) entry_sum (P k).
have P_bounded n w : - quadratic_form (P (n %% L)) w <= M * euclidean_norm w ^+ 2.
  apply: le_trans (opp_quadratic_form_le _ _) _; rewrite ler_wpmul2r ?sqr_ge0 //.
  have n_lt : (n %% L < L)%N by rewrite ltn_mod.
  rewrite /M (bigD1 (Ordinal n_lt)) //= ler_addl; apply: sumr_ge0 => k _; exact: entry_sum_ge0.
have negative_mod : quadratic_form (P (0 %% L)) v < 0 by rewrite mod0n.
have [c_gt0 grows] := stein_growth repeated_forms_le r_ge0 P_bounded negative_mod.
have radius_ge := word_growth r_ge0 c_gt0 grows; split=> //.
split=> [m|]; last by exists (Num.sqrt (- quadratic_form (P (0 %% L)) v / M)).
rewrite exprM (le_trans _ (spectral_radius_power_le _ _)) //.
by rewrite ler_expn2r ?nnegrE ?exprn_ge0 ?spectral_radius_ge0.
Qed.

End Word.

(** Let r ≥ 0, let A and P be real matrices with (A w)ᵀ P (A w) ≤ r² wᵀ P w for all w, and
    vᵀ P v < 0 for one v. Then ρ(A) ≥ r, and ‖Aᵐ‖ ≥ rᵐ for all m. *)
Corollary stein_lower (R : realType) (dim : nat) (A P : 'M[R]_dim.+1) (r : R) (v : 'cV[R]_dim.+1) :
    0 <= r -> (forall w, quadratic_form P (A *m w) <= r ^+ 2 * quadratic_form P w) ->
    quadratic_form P v < 0 ->
  r <= spectral_radius A /\ forall m, r ^+ m <= spectral_norm (A ^+ m).
Proof.
move=> r_ge0 form_le negative.
have diagonal_1 : diagonal (const_mx 1 : 'cV[R]_dim.+1) = 1%:M.
  by rewrite /diagonal trmx_const diag_const_mx.
have [||radius_ge [powers _]] :=
  @stein_word _ _ A 1 (fun=> const_mx 1) (fun=> P) r v isT r_ge0 _ _ negative.
- by [].
- by move=> k w _; rewrite diagonal_1 mul1mx.
have wordE : slope_product A (fun=> const_mx 1) 1 = A by rewrite /= diagonal_1 mul1mx mulmx1.
by rewrite wordE expr1 in radius_ge powers; split=> // m; have := powers m; rewrite mul1n.
Qed.

Section Network.

Variables (R : realType) (dim m : nat) (phi : activation R) (net : network R dim m).
Notation W := (recurrent_weight net).

(** Let U have a right inverse, let all entries of e_0, …, e_{L−1} be values of φ′, L > 0, r ≥ 0,
    P_L = P_0, (diag(e_k) W w)ᵀ P_{k+1} (diag(e_k) W w) ≤ r² wᵀ P_k w for all w and k < L, and
    vᵀ P_0 v < 0. Then for all b, t and h_t there are inputs along which the slopes are e_0, …,
    e_{L−1}, again and again, ‖∂h_{t+Lj}/∂h_t‖ ≥ r^{Lj} for all j, and ‖(∂h_{t+n}/∂h_t) v‖ ≥ c rⁿ
    for all n, with a c > 0. If r > 1, the norms ‖∂h_{t+n}/∂h_t‖ tend to infinity. *)
Theorem stein_explosion (V : 'M[R]_(m, dim.+1)) (L : nat) (word : nat -> 'cV[R]_dim.+1)
    (P : nat -> 'M[R]_dim.+1) (r : R) (v : 'cV[R]_dim.+1) :
    input_weight net *m V = 1%:M -> (0 < L)%N -> 0 <= r ->
    (forall k i, (k < L)%N -> exists z, slope phi z = word k i 0) ->
    P L = P 0%N ->
    (forall k w, (k < L)%N ->
       quadratic_form (P k.+1) (diagonal (word k) *m (W *m w))
       <= r ^+ 2 * quadratic_form (P k) w) ->
    quadratic_form (P 0%N) v < 0 ->
  forall (t : nat) (h : 'cV[R]_dim.+1), exists x : nat -> 'cV[R]_m,
    (forall k, slopes phi net (x (t + k.+1)%N) (state phi net x t k h) = word (k %% L)%N) /\
    (forall j, r ^+ (L * j) <= spectral_norm (jacobian_product phi net x t (L * j) h)) /\
    (exists2 c, 0 < c & forall n, c * r ^+ n
                                  <= euclidean_norm (jacobian_product phi net x t n h *m v)) /\
    (1 < r -> (fun n => spectral_norm (jacobian_product phi net x t n h)) --> +oo).
Proof.
move=> UV1 L_gt0 r_ge0 occur closed forms_le negative t h.
have [_ [powers [c c_gt0 grows]]] := stein_word L_gt0 r_ge0 closed forms_le negative.
have occur_repeated k i : exists z, slope phi z = repeated word L k i 0.
  by apply: occur; rewrite ltn_mod.
have [x [slopesE PhiE]] := slopes_realised t h UV1 occur_repeated.
exists x; split=> //; split=> [j|].
  by rewrite PhiE [in leRHS]mulnC slope_product_repeated.
have grows_along n : c * r ^+ n <= euclidean_norm (jacobian_product phi net x t n h *m v).
  by rewrite PhiE.
split=> [|r_gt1]; first by exists c.
exact: growth_unbounded r_gt1 c_gt0 grows_along.
Qed.

End Network.
