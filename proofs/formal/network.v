(** * The recurrent network

    The Elman network h_k = φ(W h_{k−1} + U x_k + b), its step Jacobians J_k = diag(φ′(z_k)) W, and
    their product Φ(t + n, t) = J_{t+n} ⋯ J_{t+1}, the newest factor on the left. Matrices and
    vectors are real, of any positive dimension d = dim.+1 and any number m of inputs. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.analysis Require Import reals signed topology normedtype landau derive.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory numFieldNormedType.Exports.
Local Open Scope ring_scope.

(** An activation φ with its derivative φ′. *)
Record activation (R : realType) := Activation {
  value : R -> R;
  slope : R -> R;
  slope_is_derivative : forall z, is_derive z 1 value (slope z)
}.

(** α ≤ φ′ ≤ β *)
Definition slopes_within (R : realType) (phi : activation R) (alpha beta : R) : Prop :=
  forall z, alpha <= slope phi z <= beta.

(** A network: W is the recurrent weight, U the input weight, b the bias. *)
Record network (R : realType) (dim m : nat) := Network {
  recurrent_weight : 'M[R]_dim.+1;
  input_weight : 'M[R]_(dim.+1, m);
  bias : 'cV[R]_dim.+1
}.

Section Network.

Variables (R : realType) (dim m : nat).
Variables (phi : activation R) (net : network R dim m).
Notation W := (recurrent_weight net).

(** The diagonal matrix with the entries of a column. *)
Definition diagonal (s : 'cV[R]_dim.+1) : 'M[R]_dim.+1 := diag_mx s^T.

(** z = W h + U x + b *)
Definition pre_activation (x : 'cV[R]_m) (h : 'cV[R]_dim.+1) : 'cV[R]_dim.+1 :=
  W *m h + input_weight net *m x + bias net.

(** φ(W h + U x + b) *)
Definition step (x : 'cV[R]_m) (h : 'cV[R]_dim.+1) : 'cV[R]_dim.+1 :=
  map_mx (value phi) (pre_activation x h).

(** φ′(W h + U x + b), a column *)
Definition slopes (x : 'cV[R]_m) (h : 'cV[R]_dim.+1) : 'cV[R]_dim.+1 :=
  map_mx (slope phi) (pre_activation x h).

(** diag(φ′(W h + U x + b)) W *)
Definition step_jacobian (x : 'cV[R]_m) (h : 'cV[R]_dim.+1) : 'M[R]_dim.+1 :=
  diagonal (slopes x h) *m W.

(** h_{t+n} as a function of h_t = h, for the inputs x_{t+1}, …, x_{t+n}. *)
Fixpoint state (x : nat -> 'cV[R]_m) (t n : nat) (h : 'cV[R]_dim.+1) : 'cV[R]_dim.+1 :=
  if n is k.+1 then step (x (t + k.+1)%N) (state x t k h) else h.

(** Φ(t + n, t) = J_{t+n} ⋯ J_{t+1}, along the states that start in h_t = h. *)
Fixpoint jacobian_product (x : nat -> 'cV[R]_m) (t n : nat) (h : 'cV[R]_dim.+1) : 'M[R]_dim.+1 :=
  if n is k.+1 then step_jacobian (x (t + k.+1)%N) (state x t k h) *m jacobian_product x t k h
  else 1%:M.

End Network.
