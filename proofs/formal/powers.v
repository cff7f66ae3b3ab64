(** * Powers of a matrix

    If ρ(A) < r, then ‖A^n‖ ≤ c r^n with a constant c: the characteristic polynomial annihilates A,
    and each of its factors A − λ costs one recursion a_{n+1} ≤ |λ| a_n + c r^n. So A^n → 0 if and
    only if ρ(A) < 1, and the n-th roots of ‖A^n‖ tend to ρ(A). *)

From mathcomp Require Import all_ssreflect all_algebra ring.
From mathcomp.real_closed Require Import complex.
From mathcomp.classical Require Import boolp classical_sets.
From mathcomp.analysis Require Import reals signed topology normedtype sequences.
From gradproof Require Import norms roots spectra.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory Order.TTheory numFieldNormedType.Exports.
Local Open Scope ring_scope.
Local Open Scope complex_scope.
Local Open Scope classical_set_scope.

Section Powers.

Variable R : realType.

(** If a_{k+1} ≤ q a_k + c r^k with 0 ≤ q < r, then a_k ≤ c′ r^k. *)
Lemma geometric_recursion (a : nat -> R) q c r : 0 <= q < r ->
  (forall k, a k.+1 <= q * a k + c * r ^+ k) ->
  forall k, a k <= Num.max (a 0%N) (c / (r - q)) * r ^+ k.
Proof.
move=> /andP[q_ge0 q_lt_r] recursion; set c' := Num.max _ _.
have c_le : c <= c' * (r - q) by rewrite -ler_pdivr_mulr ?subr_gt0 // le_maxr lexx orbT.
elim=> [|k IH]; first by rewrite expr0 mulr1 le_maxr lexx.
apply: le_trans (recursion k) _; rewrite exprS.
apply: le_trans (ler_add (ler_wpmul2l q_ge0 IH) (ler_wpmul2r _ c_le)) _.
  by rewrite exprn_ge0 // (le_trans q_ge0) // ltW.
by rewrite [leLHS](_ : _ = c' * (r * r ^+ k)) //; ring.
Qed.

(** If p(A) B = 0 for a polynomial p with roots of modulus less than r, then the entries of A^k B
    are at most c r^k. *)
Lemma annihilated_powers d (A : 'M[R[i]]_d.+1) r (s : seq R[i]) (B : 'M[R[i]]_d.+1) : 0 <= r ->
  (forall z, z \in s -> modulus z < r) ->
  horner_mx A (\prod_(z <- s) ('X - z%:P)) *m B = 0 ->
  exists c, forall i j k, modulus ((A ^+ k *m B) i j) <= c * r ^+ k.
Proof.
move=> r_ge0; elim: s B => [|z s IH] B below annihilated.
  exists 0 => i j k; move: annihilated; rewrite big_nil rmorph1 mul1mx => ->.
  by rewrite mulmx0 mxE mul0r modulus_real normr0.
have shifted : horner_mx A (\prod_(y <- s) ('X - y%:P)) *m ((A - z%:M) *m B) = 0.
  by rewrite mulmxA -annihilated big_cons mulrC rmorphM rmorphB /= horner_mx_X horner_mx_C.
have [|c bound] := IH _ _ shifted; first by move=> y s_y; apply: below; rewrite inE s_y orbT.
have z_lt : 0 <= modulus z < r by rewrite modulus_ge0 below ?inE ?eqxx.
pose m := \sum_i \sum_j modulus (B i j).
have entry_le i j : modulus (B i j) <= m.
  apply: (@le_trans _ _ (\sum_l modulus (B i l))).
    by rewrite (bigD1 j) //= ler_addl sumr_ge0 // => l _; apply: modulus_ge0.
  rewrite /m [leRHS](bigD1 i) //= ler_addl sumr_ge0 // => l _.
  by apply: sumr_ge0 => l' _; apply: modulus_ge0.
exists (Num.max m (c / (r - modulus z))) => i j k.
pose a l := modulus ((A ^+ l *m B) i j).
apply: le_trans (geometric_recursion (c := c) (a := a) z_lt _ k) _.
  move=> l; rewrite /a; have -> : A ^+ l.+1 *m B = A ^+ l *m ((A - z%:M) *m B) + z *: (A ^+ l *m B).
    by rewrite mulmxBl mulmxBr mul_scalar_mx -scalemxAr subrK mulmxA exprSr.
  rewrite mxE [X in modulus (_ + X)]mxE; apply: le_trans (modulusD _ _) _.
  by rewrite modulusM addrC ler_add2l bound.
rewrite ler_wpmul2r ?exprn_ge0 // le_maxl !le_maxr lexx orbT andbT.
by rewrite /a mul1mx entry_le.
Qed.

(** ‖A‖ ≤ (d + 1) c if no entry of A has a modulus above c. *)
Lemma spectral_norm_le_entries d (A : 'M[R]_d.+1) c : 0 <= c ->
  (forall i j, `|A i j| <= c) -> spectral_norm A <= d.+1%:R * c.
Proof.
move=> c_ge0 entries_le; apply: spectral_norm_le => [|v]; first by rewrite mulr_ge0.
rewrite -(@ler_pexpn2r _ 2) ?nnegrE ?mulr_ge0 ?euclidean_norm_ge0 //.
have row_le i : (A *m v) i 0 ^+ 2 <= d.+1%:R * c ^+ 2 * euclidean_norm v ^+ 2.
  rewrite mxE euclidean_norm_squared; apply: le_trans (cauchy_schwarz _ _) _.
  rewrite ler_wpmul2r ?sumr_ge0 // => [j _|]; first exact: sqr_ge0.
  apply: le_trans (_ : \sum_(j < d.+1) c ^+ 2 <= _).
    by apply: ler_sum => j _; rewrite -real_normK ?num_real // ler_pexpn2r ?nnegrE.
  by rewrite sumr_const card_ord mulr_natl.
rewrite euclidean_norm_squared; apply: le_trans (ler_sum _ (fun i _ => row_le i)) _.
by rewrite sumr_const card_ord -mulr_natl le_eqVlt; apply/orP; left; apply/eqP; ring.
Qed.

(** ‖A^n‖ ≤ c r^n for all n with some c if r > ρ(A). *)
Theorem spectral_norm_power_le d (A : 'M[R]_d.+1) r : spectral_radius A < r ->
  exists2 c, 0 <= c & forall n, spectral_norm (A ^+ n) <= c * r ^+ n.
Proof.
move=> radius_lt; have r_ge0 := le_trans (spectral_radius_ge0 A) (ltW radius_lt).
pose A' := map_mx (real_complex R) A; have [s factors in_s] := spectrum_factors A.
have annihilated : horner_mx A' (\prod_(z <- s) ('X - z%:P)) *m 1%:M = 0.
  by rewrite -factors Cayley_Hamilton mul0mx.
have [|z s_z|c bound] := annihilated_powers (r := r) _ _ annihilated => //.
  by apply: le_lt_trans radius_lt; apply/modulus_le_spectral_radius/in_s.
have c_ge0 : 0 <= c.
  by have := le_trans (modulus_ge0 _) (bound 0 0 0%N); rewrite expr0 mulr1.
exists (d.+1%:R * c) => [|n]; first by rewrite mulr_ge0.
rewrite -mulrA; apply: spectral_norm_le_entries => [|i j]; first by rewrite mulr_ge0 ?exprn_ge0.
have power : A' ^+ n = map_mx (real_complex R) (A ^+ n) by apply/esym/rmorphX.
by have := bound i j n; rewrite mulmx1 power mxE modulus_real.
Qed.

(** A^n → 0 if and only if ρ(A) < 1. *)
Corollary powers_vanish d (A : 'M[R]_d.+1) :
  spectral_norm (A ^+ n) @[n --> \oo] --> (0 : R) <-> spectral_radius A < 1.
Proof.
split=> [vanishes|radius_lt1].
  rewrite ltNge; apply/negP => radius_ge1.
  have /cvgr_lt /(_ 1 ltr01) [n _ /(_ n (leqnn n))] := vanishes.
  by rewrite ltNge (le_trans (exprn_ege1 n radius_ge1)) // spectral_radius_power_le.
have [r_gt r_lt] := midf_lt radius_lt1; set r := _ / _ in r_gt r_lt.
have [c c_ge0 power_le] := spectral_norm_power_le r_gt.
have r_ge0 : 0 <= r by rewrite (le_trans (spectral_radius_ge0 A)) // ltW.
apply: (@squeeze_cvgr _ _ _ _ (fun=> 0) _ (fun n => c * r ^+ n)).
- by apply: nearW => n; rewrite spectral_norm_ge0 power_le.
- exact: cvg_cst.
- by apply: cvg_geometric; rewrite ger0_norm.
Qed.

(** Numbers with the powers ‖A^n‖ are at least ρ(A) for n ≥ 1 and tend to it. *)
Lemma gelfand_roots d (A : 'M[R]_d.+1) (roots : nat -> R) : (forall n, 0 <= roots n) ->
    (forall n, (0 < n)%N -> roots n ^+ n = spectral_norm (A ^+ n)) ->
  (forall n, (0 < n)%N -> spectral_radius A <= roots n) /\ roots --> spectral_radius A.
Proof.
move=> roots_ge0 rootsE; have lower n : (0 < n)%N -> spectral_radius A <= roots n.
  move=> n_gt0; rewrite -(@ler_pexpn2r _ n) ?nnegrE ?spectral_radius_ge0 // rootsE //.
  exact: spectral_radius_power_le.
split=> //; apply/cvgrPdist_le => eps eps_gt0; set rho := spectral_radius A in lower *.
have [r r_gt r_lt] : exists2 r, rho < r & r < rho + eps.
  by have [] := @midf_lt _ rho (rho + eps); [rewrite ltr_addl|exists ((rho + (rho + eps)) / 2%:R)].
have r_ge0 : 0 <= r := le_trans (spectral_radius_ge0 A) (ltW r_gt).
have q_gt0 := le_lt_trans r_ge0 r_lt; have [c c_ge0 power_le] := spectral_norm_power_le r_gt.
have : geometric c (r / (rho + eps)) --> (0 : R).
  apply: cvg_geometric; rewrite ger0_norm; first by rewrite ltr_pdivr_mulr // mul1r.
  by rewrite divr_ge0 // ltW.
move=> /cvgr_lt /(_ 1 ltr01) [N _ small]; exists N.+1 => // n n_gt.
have n_gt0 : (0 < n)%N by apply: leq_ltn_trans n_gt.
rewrite /= distrC ger0_norm ?subr_ge0 ?lower // ler_subl_addl.
rewrite -(@ler_pexpn2r _ n) ?nnegrE ?(ltW q_gt0) // rootsE //; apply: le_trans (power_le n) _.
have := small n (ltnW n_gt); rewrite /= expr_div_n mulrA ltr_pdivr_mulr ?exprn_gt0 // mul1r.
exact: ltW.
Qed.

(** Gelfand's formula: ρ(A) ≤ ‖A^n‖^(1/n) for n ≥ 1, and ‖A^n‖^(1/n) → ρ(A). *)
Theorem gelfand d (A : 'M[R]_d.+1) :
  (forall n, (0 < n)%N -> spectral_radius A <= nth_root n (spectral_norm (A ^+ n))) /\
  (fun n => nth_root n (spectral_norm (A ^+ n))) --> spectral_radius A.
Proof.
apply: gelfand_roots => n; first exact: nth_root_ge0.
by move=> n_gt0; rewrite nth_rootX ?spectral_norm_ge0.
Qed.

End Powers.
