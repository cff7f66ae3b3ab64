(** * Products by a table of multiples

    Coq multiplies binary integers bit by bit. Where one number y is multiplied by many others, a
    table of m y for all m < 2⁵ saves most additions: a factor is read five bits at a time. *)

From Coq Require Import ZArith Lia.
From mathcomp Require Import all_ssreflect.
From gradproof Require Import certificate_positivity.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Local Open Scope Z_scope.

(** A binary tree, the lowest bit of m first *)
Inductive table := Leaf (z : Z) | Node (even odd : table).

(** z + m y for the m of w bits *)
Fixpoint multiples (w : nat) (z y : Z) : table :=
  if w is v.+1 then Node (multiples v z (Z.double y)) (multiples v (z + y) (Z.double y))
  else Leaf z.

Definition table_of : Z -> table := multiples 5 0.

Fixpoint leftmost (t : table) : Z :=
  match t with Leaf z => z | Node even _ => leftmost even end.

(** The product by p, where t is the part of the whole table that belongs to the bits read so far *)
Fixpoint times (whole t : table) (p : BinNums.positive) : Z :=
  let continue u q :=
    if u is Leaf z then z + 32 * times whole whole q else times whole u q in
  match t, p with
  | Leaf z, _ => z
  | Node _ odd, xH => leftmost odd
  | Node even _, xO q => continue even q
  | Node _ odd, xI q => continue odd q
  end.

Definition product (t : table) (x : Z) : Z :=
  match x with Z0 => 0 | Zpos p => times t t p | Zneg p => - times t t p end.

Lemma leftmost_multiples w z y : leftmost (multiples w z y) = z.
Proof. by elim: w z y => //= w induction z y. Qed.

Lemma halved v s y :
  s * 2 ^ Z.of_nat v.+1 = 32 * y -> Z.double s * 2 ^ Z.of_nat v = 32 * y.
Proof. by rewrite Nat2Z.inj_succ Z.pow_succ_r ?Z.double_spec; lia. Qed.

(** What remains to be read of p counts step at its lowest bit; 2^(v+1) step = 2⁵ y. *)
Lemma times_multiples y p v z step : step * 2 ^ Z.of_nat v.+1 = 32 * y ->
  times (table_of y) (multiples v.+1 z step) p = z + step * Zpos p.
Proof.
elim: p v z step => [p induction | p induction |] v z step scale; last first.
- by rewrite /= leftmost_multiples; lia.
all: have whole : times (table_of y) (table_of y) p = y * Zpos p
  by rewrite /table_of (induction 4%N 0 y) //; lia.
all: case: v scale => [|v] /halved scale.
- have double : Z.double step = 32 * y by rewrite -scale Z.mul_1_r.
  rewrite -[LHS]/(z + 32 * times (table_of y) (table_of y) p) whole.
  by rewrite Z.mul_assoc -double Z.double_spec; lia.
- by rewrite [LHS](induction v z (Z.double step) scale) Z.double_spec; lia.
- have double : Z.double step = 32 * y by rewrite -scale Z.mul_1_r.
  rewrite -[LHS]/(z + step + 32 * times (table_of y) (table_of y) p) whole.
  by rewrite Z.mul_assoc -double Z.double_spec; lia.
- by rewrite [LHS](induction v (z + step) (Z.double step) scale) Z.double_spec; lia.
Qed.

Lemma product_table y x : product (table_of y) x = x * y.
Proof.
have whole p : times (table_of y) (table_of y) p = y * Zpos p.
  by rewrite (@times_multiples y p 4 0 y); lia.
by case: x => [|p|p]; rewrite /product ?whole; lia.
Qed.

(** u · v, for tables of the entries of v *)
Fixpoint dot_tables (tables : seq table) (u : seq Z) : Z :=
  match tables, u with
  | t :: tables', x :: u' => product t x + dot_tables tables' u'
  | _, _ => 0
  end.

Lemma dot_tablesE u v : dot_tables (map table_of v) u = dot u v.
Proof. by elim: u v => [|x u induction] [|y v] //=; rewrite induction product_table. Qed.
