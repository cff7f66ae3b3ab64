(** * The check of a decay certificate

    A certificate has the recurrent weight W and slopes [α, β], a metric X, multipliers t with
    T = diag(t), a rate r, a constant C, and 0 < κ₁ ≤ κ₂ with C² κ₁ ≥ κ₂. [check_decay] is true if

    - M = [[2T − X, −(α + β) T W], [−(α + β) Wᵀ T, r² X + 2αβ Wᵀ T W]] ⪰ 0,
    - X − κ₁ I ⪰ 0 and κ₂ I − X ⪰ 0,

    each shown by a rounded factor, t ≥ 0 and 0 ≤ r < 1. If α = β, the list of multipliers may be
    empty; then M is r² X − β² Wᵀ X W. All numbers are binary integers, or quotients of two. M is
    multiplied by common denominators, which changes nothing about its sign: X, T, κ₁ and κ₂ may be
    scaled by one positive number, and the second block of units by another one. *)

From Coq Require Import ZArith.
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.zify Require Import zify ssrZ.
From mathcomp.algebra_tactics Require Import ring.
From gradproof Require Import certificate_positivity.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

(** A quotient of integers *)
Record quotient := Quotient { numerator : Z; denominator : Z }.

Record certificate := Certificate {
  (** d − 1 for d units *)
  dim : nat;
  (** W: its rows, and a common denominator *)
  weight_rows : seq (seq Z);
  weight_denominator : Z;
  (** α and β, with a common denominator *)
  least_slope : Z;
  greatest_slope : Z;
  slope_denominator : Z;
  (** r and C *)
  rate : quotient;
  constant : quotient;
  (** X, its lower triangle; t, or nothing; κ₁ and κ₂; up to one common positive factor *)
  metric_rows : seq (seq Z);
  multiplier_list : seq Z;
  least : Z;
  greatest : Z;
  (** Factors for M, X − κ₁ I and κ₂ I − X *)
  contraction_factor : factor;
  least_factor : factor;
  greatest_factor : factor
}.

(** Decimal numerals as binary integers, and the powers 2^k: Coq reads long lists of numerals
    several times faster as digits than as binary integers. *)
Definition integers : seq Number.int -> seq Z := map Z.of_num_int.
Definition integer_rows : seq (seq Number.int) -> seq (seq Z) := map integers.
Definition powers_of_two : seq Number.int -> seq Z := map (fun k => Z.pow 2 (Z.of_num_int k)).

Section Check.

Variable c : certificate.

Notation d := (dim c).+1.

Definition multiplier (i : nat) : Z := nth Z0 (multiplier_list c) i.

(** The lower triangle of Wᵀ T W *)
Definition weighted_gram : nat -> nat -> Z :=
  let columns := mkseq (fun i => mkseq (fun k => entry (weight_rows c) k i) d) d in
  let weighted column := mkseq (fun k => Z.mul (multiplier k) (nth Z0 column k)) d in
  let others := map weighted columns in
  entry (mkseq (fun i => mkseq (fun j => dot (nth [::] columns i) (nth [::] others j)) i.+1) d).

(** The lower triangle of M *)
Definition contraction : nat -> nat -> Z :=
  let q := denominator (rate c) in
  let sum := Z.mul (Z.add (least_slope c) (greatest_slope c)) q in
  let root := Z.mul (numerator (rate c)) (Z.mul (weight_denominator c) (slope_denominator c)) in
  let square := Z.mul root root in
  let product := Z.mul (Z.mul 2 (Z.mul (least_slope c) (greatest_slope c))) (Z.mul q q) in
  let gram := if Z.eqb product Z0 then fun _ _ => Z0 else weighted_gram in
  fun i j => let k := (i - d)%N in let l := (j - d)%N in
    if (i < d)%N then
      Z.sub (if i == j then Z.mul 2 (multiplier i) else Z0) (entry (metric_rows c) i j)
    else if (j < d)%N then Z.opp (Z.mul sum (Z.mul (multiplier j) (entry (weight_rows c) j k)))
    else Z.add (Z.mul square (entry (metric_rows c) k l)) (Z.mul product (gram k l)).

(** The lower triangle of Wᵀ X W *)
Definition image : nat -> nat -> Z :=
  let columns := mkseq (fun i => mkseq (fun k => entry (weight_rows c) k i) d) d in
  let rows := mkseq (fun k => mkseq (symmetric (entry (metric_rows c)) k) d) d in
  let images := map (fun column => map (fun row => dot row column) rows) columns in
  entry (mkseq (fun i => mkseq (fun j => dot (nth [::] columns i) (nth [::] images j)) i.+1) d).

(** The lower triangle of r² X − β² Wᵀ X W *)
Definition linear_contraction : nat -> nat -> Z :=
  let root := Z.mul (numerator (rate c)) (Z.mul (weight_denominator c) (slope_denominator c)) in
  let slope := Z.mul (greatest_slope c) (denominator (rate c)) in
  let square := Z.mul root root in let slope_square := Z.mul slope slope in
  let gram := image in
  fun i j => Z.sub (Z.mul square (entry (metric_rows c) i j)) (Z.mul slope_square (gram i j)).

(** Is M ⪰ 0? *)
Definition contracts : bool :=
  if multiplier_list c is [::]
  then Z.eqb (least_slope c) (greatest_slope c) &&
       positive d linear_contraction (contraction_factor c)
  else positive (d + d) contraction (contraction_factor c).

Definition scalar (z : Z) (i j : nat) : Z := if i == j then z else Z0.

(** Everything but the three forms *)
Definition numbers_in_range : bool :=
  let p := numerator (constant c) in let q := denominator (constant c) in
  [&& Z.ltb 0 (weight_denominator c), Z.ltb 0 (slope_denominator c),
      Z.leb 0 (numerator (rate c)), Z.ltb (numerator (rate c)) (denominator (rate c)),
      Z.leb 0 p, Z.ltb 0 q, Z.ltb 0 (least c),
      Z.leb (Z.mul (greatest c) (Z.mul q q)) (Z.mul (least c) (Z.mul p p))
    & all (Z.leb 0) (multiplier_list c)].

(** Does the certificate prove decay? *)
Definition check_decay : bool :=
  let X := entry (metric_rows c) in
  [&& numbers_in_range, contracts,
      positive d (fun i j => Z.sub (X i j) (scalar (least c) i j)) (least_factor c)
    & positive d (fun i j => Z.sub (scalar (greatest c) i j) (X i j)) (greatest_factor c)].

(** [0, 1] ⊆ [α, β] *)
Definition slopes_contain_unit : bool :=
  Z.leb (least_slope c) 0 && Z.leb (slope_denominator c) (greatest_slope c).

(** [0, 1/4] ⊆ [α, β] *)
Definition slopes_contain_quarter : bool :=
  Z.leb (least_slope c) 0 && Z.leb (slope_denominator c) (Z.mul 4 (greatest_slope c)).

(** 1 ∈ [α, β] *)
Definition slopes_contain_one : bool :=
  Z.leb (least_slope c) (slope_denominator c) && Z.leb (slope_denominator c) (greatest_slope c).

End Check.
