(** * Prescribed slopes

    If the input weight U has a right inverse V, then the inputs x_k = V (c_k − W h_{k−1} − b) give
    the pre-activations z_k = c_k: from every initial state, every sequence of columns is the
    sequence of pre-activations of some inputs. The Jacobian product is then the product of the
    matrices diag(e_k) W with e_k = φ′(c_k). *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.classical Require Import boolp.
From mathcomp.analysis Require Import reals signed topology normedtype landau derive.
From gradproof Require Import network activations.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(** diag(e_{n−1}) W ⋯ diag(e_0) W, the newest factor on the left *)
Fixpoint slope_product (R : realType) (dim : nat) (W : 'M[R]_dim.+1)
    (e : nat -> 'cV[R]_dim.+1) (n : nat) : 'M[R]_dim.+1 :=
  if n is k.+1 then diagonal (e k) *m W *m slope_product W e k else 1%:M.

Section Realisation.

Variables (R : realType) (dim m : nat).
Variables (phi : activation R) (net : network R dim m).
Implicit Types (c e : nat -> 'cV[R]_dim.+1) (x : nat -> 'cV[R]_m) (h : 'cV[R]_dim.+1).
Notation W := (recurrent_weight net).

(** The product of the first n factors depends on the first n columns only. *)
Lemma eq_slope_product (V : 'M[R]_dim.+1) e e' n :
  (forall k, (k < n)%N -> e k = e' k) -> slope_product V e n = slope_product V e' n.
Proof.
elim: n => [//|n IH] eqe /=; rewrite eqe // IH // => k lt_kn.
by rewrite eqe // ltnS ltnW.
Qed.

(** Every Jacobian product is the product of its slopes: Φ(t + n, t) is ∏ diag(φ′(z_k)) W. *)
Lemma jacobian_product_slope_product x t n h :
  jacobian_product phi net x t n h =
  slope_product W (fun k => slopes phi net (x (t + k.+1)%N) (state phi net x t k h)) n.
Proof. by elim: n => [//|n IH] /=; rewrite IH. Qed.

(** Along pre-activations c_0, …, c_{n−1} the Jacobian product is ∏ diag(φ′(c_k)) W. *)
Lemma jacobian_product_along c x t n h :
    (forall k, (k < n)%N -> pre_activation net (x (t + k.+1)%N) (state phi net x t k h) = c k) ->
  jacobian_product phi net x t n h = slope_product W (fun k => map_mx (slope phi) (c k)) n.
Proof.
move=> zc; rewrite jacobian_product_slope_product.
by apply: eq_slope_product => k lt_kn; rewrite /slopes zc.
Qed.

(** If U V = 1 and the inputs are x_{t+k+1} = V (c_k − W h_{t+k} − b) for all k, then the
    pre-activation of step t + k + 1 is c_k for all k; and if e_k = φ′(c_k) for all k, then
    Φ(t + n, t) = ∏ diag(e_k) W for every n. *)
Theorem inputs_realise (V : 'M[R]_(m, dim.+1)) c x t h : input_weight net *m V = 1%:M ->
    (forall k, x (t + k.+1)%N = V *m (c k - W *m state phi net x t k h - bias net)) ->
  (forall k, pre_activation net (x (t + k.+1)%N) (state phi net x t k h) = c k) /\
  forall e, (forall k, map_mx (slope phi) (c k) = e k) ->
  forall n, jacobian_product phi net x t n h = slope_product W e n.
Proof.
move=> UV1 xE.
have zc k : pre_activation net (x (t + k.+1)%N) (state phi net x t k h) = c k.
  by rewrite /pre_activation xE mulmxA UV1 mul1mx -addrA subrK addrC subrK.
split=> // e eE n; rewrite (jacobian_product_along (c := c)) //.
by apply: eq_slope_product => k _; exact: eE.
Qed.

(** h, φ(c_0), φ(c_1), …: the states that belong to the pre-activations c. *)
Definition prescribed_state c h (k : nat) : 'cV[R]_dim.+1 :=
  if k is j.+1 then map_mx (value phi) (c j) else h.

(** x_{t+k+1} = V (c_k − W h_{t+k} − b) *)
Definition realising_inputs (V : 'M[R]_(m, dim.+1)) c h (t k : nat) : 'cV[R]_m :=
  let j := (k - t.+1)%N in V *m (c j - W *m prescribed_state c h j - bias net).

Lemma realising_pre_activation (V : 'M[R]_(m, dim.+1)) c h t k : input_weight net *m V = 1%:M ->
  pre_activation net (realising_inputs V c h t (t + k.+1)) (prescribed_state c h k) = c k.
Proof.
move=> UV1; rewrite /pre_activation /realising_inputs addnS -addSn addKn mulmxA UV1 mul1mx.
by rewrite -addrA subrK addrC subrK.
Qed.

Lemma realising_state (V : 'M[R]_(m, dim.+1)) c h t k : input_weight net *m V = 1%:M ->
  state phi net (realising_inputs V c h t) t k h = prescribed_state c h k.
Proof.
by move=> UV1; elim: k => [//|k IH] /=; rewrite IH /step realising_pre_activation.
Qed.

(** If U has a right inverse, then for every state h and all columns c_0, c_1, … there are inputs
    along which the pre-activation of step t + k + 1 is c_k for every k, and
    Φ(t + n, t) = ∏ diag(φ′(c_k)) W for every n. *)
Theorem pre_activations_realised (V : 'M[R]_(m, dim.+1)) c t h : input_weight net *m V = 1%:M ->
  exists x,
    (forall k, pre_activation net (x (t + k.+1)%N) (state phi net x t k h) = c k) /\
    (forall n, jacobian_product phi net x t n h =
               slope_product W (fun k => map_mx (slope phi) (c k)) n).
Proof.
move=> UV1; exists (realising_inputs V c h t); split=> [k|n].
  by rewrite realising_state // realising_pre_activation.
by apply: jacobian_product_along => k _; rewrite realising_state // realising_pre_activation.
Qed.

(** If U has a right inverse and every entry of every e_k is a value of φ′, then for every state h
    there are inputs along which the slopes of step t + k + 1 are e_k for every k, and
    Φ(t + n, t) = ∏ diag(e_k) W for every n. *)
Theorem slopes_realised (V : 'M[R]_(m, dim.+1)) e t h : input_weight net *m V = 1%:M ->
    (forall k i, exists z, slope phi z = e k i 0) ->
  exists x,
    (forall k, slopes phi net (x (t + k.+1)%N) (state phi net x t k h) = e k) /\
    (forall n, jacobian_product phi net x t n h = slope_product W e n).
Proof.
move=> UV1 range_e; have [z zE] := choice (fun p => range_e p.1 p.2).
pose c k : 'cV[R]_dim.+1 := \col_i z (k, i).
have cE k : map_mx (slope phi) (c k) = e k by apply/colP => i; rewrite !mxE zE.
have [x [xc xJ]] := pre_activations_realised c t h UV1.
exists x; split=> [k|n]; first by rewrite /slopes xc.
by rewrite xJ; apply: eq_slope_product => k _.
Qed.

End Realisation.

(** For φ = tanh every sequence of slopes in (0, 1] occurs: if U has a right inverse and every entry
    of every e_k is in (0, 1], then for every state h there are inputs along which the slopes are
    e_0, e_1, … and Φ(t + n, t) = ∏ diag(e_k) W for every n. *)
Corollary tanh_slopes_realised (R : realType) (dim m : nat) (net : network R dim m)
    (V : 'M[R]_(m, dim.+1)) (e : nat -> 'cV[R]_dim.+1) t h :
    input_weight net *m V = 1%:M ->
    (forall k i, 0 < e k i 0 <= 1) ->
  exists x,
    (forall k, slopes (tanh_activation R) net (x (t + k.+1)%N)
                 (state (tanh_activation R) net x t k h) = e k) /\
    (forall n, jacobian_product (tanh_activation R) net x t n h =
               slope_product (recurrent_weight net) e n).
Proof.
move=> UV1 e_bounds; apply: slopes_realised UV1 _ => k i.
by have [_ [_ slope_onto]] := tanh_derivative_range R; apply: slope_onto.
Qed.
