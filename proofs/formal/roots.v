(** * Roots and powers of real numbers

    The n-th root of a number that isn't negative, and what powers say of their bases. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.classical Require Import boolp classical_sets.
From mathcomp.analysis Require Import reals signed topology normedtype sequences.
From gradproof Require Import norms.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory Order.TTheory numFieldNormedType.Exports.
Local Open Scope ring_scope.
Local Open Scope classical_set_scope.

Section Roots.

Variable R : realType.
Implicit Types (a b c q r : R).

(** Every a ≥ 0 has an n-th root, for n ≥ 1. *)
Lemma root_exists a n : (0 < n)%N -> 0 <= a -> exists2 r, 0 <= r & r ^+ n = a.
Proof.
move=> n_gt0 a_ge0; pose p : {poly R} := 'X^n - a%:P.
have pE r : p.[r] = r ^+ n - a by rewrite !hornerE hornerXn.
have [|r /andP[r_ge0 _] /rootP] := @poly_ivt R p 0 (1 + a) (addr_ge0 ler01 a_ge0).
  rewrite !pE expr0n gtn_eqF // sub0r oppr_le0 a_ge0 subr_ge0 /=.
  rewrite -(prednK n_gt0) exprS (le_trans (_ : a <= 1 + a)) ?ler_addr //.
  by rewrite ler_pmulr ?exprn_ege1 ?ler_addl // (lt_le_trans ltr01) ?ler_addl.
by rewrite pE => /eqP; rewrite subr_eq0 => /eqP rE; exists r.
Qed.

(** a^(1/n), for n ≥ 1 and a ≥ 0 *)
Definition nth_root n a : R := xget 0 [set r | 0 <= r /\ r ^+ n = a].

Lemma nth_root_ge0 n a : 0 <= nth_root n a.
Proof. by rewrite /nth_root; case: xgetP => [r _ []|]. Qed.

Lemma nth_rootX n a : (0 < n)%N -> 0 <= a -> nth_root n a ^+ n = a.
Proof.
move=> n_gt0 a_ge0; have [r r_ge0 rE] := root_exists n_gt0 a_ge0.
by have [] := xgetI 0 (conj r_ge0 rE : [set r | 0 <= r /\ r ^+ n = a] r).
Qed.

(** a^(1/n) ≤ r if a ≤ rⁿ *)
Lemma nth_root_le n a r : (0 < n)%N -> 0 <= a -> 0 <= r -> (nth_root n a <= r) = (a <= r ^+ n).
Proof.
move=> n_gt0 a_ge0 r_ge0; rewrite -[in RHS](nth_rootX n_gt0 a_ge0).
by rewrite ler_pexpn2r // nnegrE nth_root_ge0.
Qed.

(** r ≤ a^(1/n) if rⁿ ≤ a *)
Lemma le_nth_root n a r : (0 < n)%N -> 0 <= a -> 0 <= r -> (r <= nth_root n a) = (r ^+ n <= a).
Proof.
move=> n_gt0 a_ge0 r_ge0; rewrite -[in RHS](nth_rootX n_gt0 a_ge0).
by rewrite ler_pexpn2r // nnegrE nth_root_ge0.
Qed.

(** c aⁿ ≤ bⁿ for large n, if 0 ≤ a < b *)
Lemma power_eventually_le a b c : 0 <= a < b ->
  exists N, forall n, (N <= n)%N -> c * a ^+ n <= b ^+ n.
Proof.
move=> /andP[a_ge0 a_lt]; have b_gt0 : 0 < b by exact: le_lt_trans a_lt.
have q_range : 0 <= a / b < 1.
  by rewrite ltr_pdivr_mulr // mul1r a_lt andbT divr_ge0 // ltW.
have /cvgrPdist_lt/(_ _ ltr01) [N _ N_le] := cvg_geometric_0 c q_range.
exists N => n n_ge; have := N_le _ n_ge; rewrite /= sub0r normrN => /ltW/(le_trans (ler_norm _)).
by rewrite expr_div_n mulrA ler_pdivr_mulr ?exprn_gt0 // mul1r.
Qed.

(** a ≤ b if aⁿ ≤ c bⁿ for all n *)
Lemma le_of_powers a b c : 0 <= b -> (forall n, a ^+ n <= c * b ^+ n) -> a <= b.
Proof.
move=> b_ge0 powers_le; rewrite leNgt; apply/negP => b_lt.
pose q := (b + a) / 2%:R.
have [b_lt_q q_lt] : b < q /\ q < a by rewrite !(midf_lt b_lt).
have [|N N_le] := @power_eventually_le b q c; first by rewrite b_ge0.
have q_gt0 : 0 < q by exact: le_lt_trans b_lt_q.
have := le_trans (powers_le N.+1) (N_le _ (leqnSn N)).
by rewrite leNgt ltr_expn2r ?ltW.
Qed.

End Roots.
