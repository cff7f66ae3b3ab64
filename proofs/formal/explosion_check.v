(** * The check of an explosion certificate

    A certificate has the recurrent weight W, a word of slopes D_1, …, D_L, real symmetric matrices
    P_0, …, P_{L−1}, P_L = P_0, a rate r and a vector x. [check_explosion] is true if r > 1,
    xᵀ P_0 x < 0, and

    - N_k = r² P_{k−1} − (D_k W)ᵀ P_k (D_k W) ⪰ 0 for k = 1, …, L,

    each shown by a rounded factor. All numbers are binary integers, or quotients of two. N_k is
    multiplied by common denominators, which changes nothing about its sign; the metrics may all be
    scaled by one positive number, and the vector by another one. *)

From Coq Require Import ZArith.
From mathcomp Require Import all_ssreflect.
From gradproof Require Import certificate_positivity certificate_check explosion_products.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Record explosion := Explosion {
  (** d − 1 for d units *)
  dim : nat;
  (** W: its rows, and a common denominator *)
  weight_rows : seq (seq Z);
  weight_denominator : Z;
  (** The word: the diagonals of D_1, …, D_L, with a common denominator *)
  word_rows : seq (seq Z);
  slope_denominator : Z;
  (** r *)
  rate : quotient;
  (** P_0, …, P_{L−1}, their lower triangles, up to one common positive factor *)
  metrics : seq (seq (seq Z));
  (** x, up to a factor *)
  vector : seq Z;
  (** Factors for N_1, …, N_L *)
  factors : seq factor
}.

Section Check.

Variable c : explosion.

Notation d := (dim c).+1.

(** L *)
Definition period : nat := size (word_rows c).

(** The lower triangle of P_k, for any k: P_L is P_0. *)
Definition metric (k : nat) : nat -> nat -> Z := entry (nth [::] (metrics c) (k %% period)).

(** All rows of the symmetric matrix with the lower triangle A *)
Definition full (A : nat -> nat -> Z) : seq (seq Z) :=
  mkseq (fun i => mkseq (symmetric A i) d) d.

(** The columns of D_{k+1} W *)
Definition step_columns (k : nat) : seq (seq Z) :=
  let slopes := nth [::] (word_rows c) k in
  mkseq (fun j => mkseq (fun i => Z.mul (nth Z0 slopes i) (entry (weight_rows c) i j)) d) d.

(** The lower triangle of (D_{k+1} W)ᵀ P_{k+1} (D_{k+1} W), that is, the columns of this matrix,
    each from the diagonal on *)
Definition image_columns (k : nat) : seq (seq Z) :=
  let columns := step_columns k in
  let rows := full (metric k.+1) in
  let image column := let tables := map table_of column in map (dot_tables tables) rows in
  let images := map image columns in
  let product j :=
    let tables := map table_of (nth [::] images j) in
    mkseq (fun l => dot_tables tables (nth [::] columns (j + l))) (d - j) in
  mkseq product d.

(** The lower triangle of N_{k+1} *)
Definition descent (k : nat) : nat -> nat -> Z :=
  let root := Z.mul (numerator (rate c)) (Z.mul (weight_denominator c) (slope_denominator c)) in
  let square := Z.mul root root in
  let divisor := Z.mul (denominator (rate c)) (denominator (rate c)) in
  let P := metric k in
  let columns := image_columns k in
  fun i j => Z.sub (Z.mul square (P i j)) (Z.mul divisor (entry columns j (i - j))).

(** xᵀ P_0 x *)
Definition vector_form : Z :=
  let x := mkseq (nth Z0 (vector c)) d in
  dot x (map (fun row => dot row x) (full (metric 0))).

Definition no_factor : factor := Factor [::] Z0 [::].

Definition check_explosion : bool :=
  [&& Z.ltb 0 (weight_denominator c), Z.ltb 0 (slope_denominator c),
      Z.ltb 0 (denominator (rate c)), Z.ltb (denominator (rate c)) (numerator (rate c)),
      (0 < period)%N, Z.ltb vector_form 0
    & all (fun k => positive d (descent k) (nth no_factor (factors c) k)) (iota 0 period)].

(** Have all slopes of the word this property? *)
Definition all_slopes (property : Z -> bool) : bool :=
  all (fun k => all (fun i => property (entry (word_rows c) k i)) (iota 0 d)) (iota 0 period).

(** All slopes are in (0, 1]. *)
Definition word_in_unit : bool :=
  all_slopes (fun s => Z.ltb 0 s && Z.leb s (slope_denominator c)).

(** All slopes are in (0, 1). *)
Definition word_in_open_unit : bool :=
  all_slopes (fun s => Z.ltb 0 s && Z.ltb s (slope_denominator c)).

(** All slopes are 1. *)
Definition word_of_ones : bool := all_slopes (fun s => Z.eqb s (slope_denominator c)).

(** All slopes are in (0, 1/4]. *)
Definition word_in_quarter : bool :=
  all_slopes (fun s => Z.ltb 0 s && Z.leb (Z.mul 4 s) (slope_denominator c)).

End Check.
