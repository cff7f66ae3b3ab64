(** * Derivatives in the parameters

    The state h_{t+n} as a function of everything it is made of: the first state, the recurrent
    weight, the input weight, the bias and the inputs. Each step k adds one term to the derivative,
    and every term is carried from step k to step t + n by the same product Φ(t + n, k) of step
    Jacobians. For a loss at h_{t+n} this is back-propagation through time. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.classical Require Import boolp classical_sets functions.
From mathcomp.analysis Require Import reals signed topology normedtype landau derive.
From gradproof Require Import network chain.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory numFieldNormedType.Exports.
Local Open Scope ring_scope.
Local Open Scope classical_set_scope.

(** ** The matrices that carry a change of one step to a later step *)

Section Transition.

Variables (R : realType) (dim m : nat) (phi : activation R) (net : network R dim m).
Variables (x : nat -> 'cV[R]_m) (t : nat) (h : 'cV[R]_dim.+1).

(** Φ(t + n, t + k), along the states that start in h_t = h. *)
Definition transition_matrix (n k : nat) : 'M[R]_dim.+1 :=
  jacobian_product phi net x (t + k) (n - k) (state phi net x t k h).

(** diag(φ′(z_{t+k+1})) *)
Definition slope_matrix (k : nat) : 'M[R]_dim.+1 :=
  diagonal (slopes phi net (x (t + k.+1)%N) (state phi net x t k h)).

Lemma transition_matrix0 n : transition_matrix n 0 = jacobian_product phi net x t n h.
Proof. by rewrite /transition_matrix addn0 subn0. Qed.

Lemma transition_matrix_id n : transition_matrix n n = 1%:M.
Proof. by rewrite /transition_matrix subnn. Qed.

(** Φ(t + n + 1, t + k) = J_{t+n+1} Φ(t + n, t + k) *)
Lemma transition_matrix_left n k : (k <= n)%N ->
  transition_matrix n.+1 k =
  slope_matrix n *m recurrent_weight net *m transition_matrix n k.
Proof.
move=> /subnKC; move: (n - k)%N => j <-.
by rewrite /transition_matrix -addnS !addKn /slope_matrix state_split -addnS addnA.
Qed.

(** Φ(t + n, t + k) = Φ(t + n, t + k + 1) J_{t+k+1} *)
Lemma transition_matrix_right n k : (k < n)%N ->
  transition_matrix n k =
  transition_matrix n k.+1 *m (slope_matrix k *m recurrent_weight net).
Proof.
move=> /subnKC; move: (n - k.+1)%N => j <-.
rewrite /transition_matrix addKn addSnnS addKn -[j.+1]add1n jacobian_product_split /= mulmx1.
by rewrite addn1 -addnS.
Qed.

Lemma slope_matrixE k : slope_matrix k =
  diagonal (map_mx (slope phi) (recurrent_weight net *m state phi net x t k h +
    (input_weight net *m x (t + k.+1)%N + bias net))).
Proof. by rewrite /slope_matrix /slopes /pre_activation -addrA. Qed.

End Transition.

(** ** Networks that depend on a parameter *)

Section ParameterDependence.

Variables (R : realType) (dim m : nat) (phi : activation R) (V : normedModType R).

(** The product rule for a matrix and a column: (A g)′ v = A (g′ v) + (A′ v) g. *)
Lemma is_diff_mulmx_product (r : nat) (A dA : V -> 'M[R]_(dim.+1, r.+1))
    (g dg : V -> 'cV[R]_r.+1) (p : V) :
    is_diff p A dA -> is_diff p g dg ->
  is_diff p (fun q => A q *m g q) (fun v => A p *m dg v + dA v *m g p).
Proof.
move=> A_diff g_diff; apply: is_diff_columns => i.
have -> : (fun q => (A q *m g q) i 0) = (fun q => \sum_j A q i j * g q j 0).
  by apply/funext => q; rewrite mxE.
have -> : (fun v => (A p *m dg v + dA v *m g p) i 0) =
          (fun v => \sum_j (A p i j * dg v j 0 + g p j 0 * dA v i j)).
  apply/funext => v; rewrite !mxE -big_split.
  by apply: eq_bigr => j _; rewrite [dA _ _ _ * _]mulrC.
apply: is_diff_sum => j.
have entry_diff := is_diff_comp A_diff (is_diff_coord _ i j).
exact: is_diffM entry_diff (is_diff_comp g_diff (is_diff_coord _ j 0)).
Qed.

(** Networks, inputs and a first state that depend on a parameter. *)
Variables (net : V -> network R dim m) (x : V -> nat -> 'cV[R]_m) (h : V -> 'cV[R]_dim.+1).

(** U x_k + b *)
Definition drive (k : nat) (q : V) : 'cV[R]_dim.+1 := input_weight (net q) *m x q k + bias (net q).

(** If the recurrent weight W, the drives U x_k + b and the first state h_t depend differentiably
    on a parameter, then so does h_{t+n}, and its derivative is
    Φ(t + n, t) h_t′ +
    ∑_{k < n} Φ(t + n, t + k + 1) diag(φ′(z_{t+k+1})) (W′ h_{t+k} + (U x_{t+k+1} + b)′),
    with primes for the derivatives in the parameter. *)
Theorem state_parameter_derivative (p : V) (dW : V -> 'M[R]_dim.+1)
    (du : nat -> V -> 'cV[R]_dim.+1) (dh : V -> 'cV[R]_dim.+1) t n :
    is_diff p (fun q => recurrent_weight (net q)) dW ->
    (forall k, is_diff p (drive k) (du k)) ->
    is_diff p h dh ->
  is_diff p (fun q => state phi (net q) (x q) t n (h q))
    (fun v => jacobian_product phi (net p) (x p) t n (h p) *m dh v +
      \sum_(k < n) transition_matrix phi (net p) (x p) t (h p) n k.+1 *m
        slope_matrix phi (net p) (x p) t (h p) k *m
        (dW v *m state phi (net p) (x p) t k (h p) + du (t + k.+1)%N v)).
Proof.
move=> W_diff drive_diff h_diff; elim: n => [|n IH].
  apply: is_diff_eq h_diff _; apply/funext => v.
  by rewrite big_ord0 addr0 mul1mx.
have z_diff := is_diffD (is_diff_mulmx_product W_diff IH) (drive_diff (t + n.+1)%N).
have step_diff := is_diff_comp z_diff (is_diff_map_mx phi _).
have -> : (fun q => state phi (net q) (x q) t n.+1 (h q)) = map_mx (value phi) \o
    ((fun q => recurrent_weight (net q) *m state phi (net q) (x q) t n (h q)) +
     drive (t + n.+1)%N).
  by apply/funext => q; rewrite /= /step /pre_activation -addrA.
apply: is_diff_eq step_diff _; apply/funext => v /=.
rewrite big_ord_recr transition_matrix_id mul1mx /=.
rewrite -slope_matrixE !fctE -addrA [LHS]mulmxDr addrA; congr (_ + _).
rewrite [LHS]mulmxA [LHS]mulmxDr; congr (_ + _); first by rewrite mulmxA.
by rewrite mulmx_sumr; apply: eq_bigr => k _; rewrite transition_matrix_left // !mulmxA.
Qed.

End ParameterDependence.

(** ** The derivatives in the weights, the bias and one input *)

Section Weights.

Variables (R : realType) (dim m : nat) (phi : activation R) (net : network R dim m).
Implicit Types (x : nat -> 'cV[R]_m) (h : 'cV[R]_dim.+1).

Definition with_recurrent_weight (A : 'M[R]_dim.+1) : network R dim m :=
  Network A (input_weight net) (bias net).

Definition with_bias (b : 'cV[R]_dim.+1) : network R dim m :=
  Network (recurrent_weight net) (input_weight net) b.

Lemma with_recurrent_weight_id : with_recurrent_weight (recurrent_weight net) = net.
Proof. by rewrite /with_recurrent_weight; case: net. Qed.

Lemma with_bias_id : with_bias (bias net) = net.
Proof. by rewrite /with_bias; case: net. Qed.

(** The derivative of h_{t+n} in the recurrent weight is
    E ↦ ∑_k Φ(t + n, t + k + 1) diag(φ′(z_{t+k+1})) E h_{t+k}. *)
Theorem recurrent_weight_derivative x t n h :
  is_diff (recurrent_weight net) (fun A => state phi (with_recurrent_weight A) x t n h)
    (fun E => \sum_(k < n) transition_matrix phi net x t h n k.+1 *m slope_matrix phi net x t h k *m
                E *m state phi net x t k h).
Proof.
have drive_diff k : is_diff (recurrent_weight net) (drive with_recurrent_weight (fun=> x) k) 0.
  exact: (is_diff_cst (input_weight net *m x k + bias net)).
have W_diff : is_diff (recurrent_weight net)
    (fun A => recurrent_weight (with_recurrent_weight A)) id by apply: is_diff_id.
have h_diff := is_diff_cst h (recurrent_weight net).
apply: is_diff_eq (state_parameter_derivative phi t n W_diff drive_diff h_diff) _.
apply/funext => E; rewrite with_recurrent_weight_id. rewrite mulmx0 add0r.
by apply: eq_bigr => k _; rewrite addr0 mulmxA.
Qed.

(** The derivative of h_{t+n} in the bias is v ↦ ∑_k Φ(t + n, t + k + 1) diag(φ′(z_{t+k+1})) v. *)
Theorem bias_derivative x t n h :
  is_diff (bias net) (fun b => state phi (with_bias b) x t n h)
    (fun v => \sum_(k < n) transition_matrix phi net x t h n k.+1 *m slope_matrix phi net x t h k *m
                v).
Proof.
have drive_diff k : is_diff (bias net) (drive with_bias (fun=> x) k) id.
  apply: is_diff_eq (is_diffD (is_diff_cst (input_weight net *m x k) _) (is_diff_id _)) _.
  by apply/funext => v; rewrite fctE add0r.
have W_diff : is_diff (bias net) (fun b => recurrent_weight (with_bias b)) 0.
  exact: (is_diff_cst (recurrent_weight net)).
have h_diff := is_diff_cst h (bias net).
apply: is_diff_eq (state_parameter_derivative phi t n W_diff drive_diff h_diff) _.
apply/funext => v; rewrite with_bias_id mulmx0 add0r.
by apply: eq_bigr => k _; rewrite mul0mx add0r.
Qed.

(** The immediate derivatives, in which the state h before the step is held fixed:
    E ↦ diag(φ′(z)) E h of φ(W h + U u + b) in the recurrent weight, *)
Corollary immediate_recurrent_weight_derivative u h :
  is_diff (recurrent_weight net) (fun A => step phi (with_recurrent_weight A) u h)
    (fun E => diagonal (slopes phi net u h) *m (E *m h)).
Proof.
apply: is_diff_eq (recurrent_weight_derivative (fun=> u) 0 1 h) _; apply/funext => E.
by rewrite big_ord1 transition_matrix_id mul1mx -mulmxA.
Qed.

(** v ↦ diag(φ′(z)) v in the bias, *)
Corollary immediate_bias_derivative u h :
  is_diff (bias net) (fun b => step phi (with_bias b) u h)
    (fun v => diagonal (slopes phi net u h) *m v).
Proof.
apply: is_diff_eq (bias_derivative (fun=> u) 0 1 h) _; apply/funext => v.
by rewrite big_ord1 transition_matrix_id mul1mx.
Qed.

End Weights.

Section Inputs.

Variables (R : realType) (dim m : nat) (phi : activation R) (net : network R dim m.+1).
Implicit Types (x : nat -> 'cV[R]_m.+1) (h : 'cV[R]_dim.+1).

Definition with_input_weight (A : 'M[R]_(dim.+1, m.+1)) : network R dim m.+1 :=
  Network (recurrent_weight net) A (bias net).

Lemma with_input_weight_id : with_input_weight (input_weight net) = net.
Proof. by rewrite /with_input_weight; case: net. Qed.

(** The inputs x, with u instead of x_j. *)
Definition with_input x (j : nat) (u : 'cV[R]_m.+1) (k : nat) : 'cV[R]_m.+1 :=
  if k == j then u else x k.

Lemma with_input_id x j : with_input x j (x j) = x.
Proof. by apply/funext => k; rewrite /with_input; case: eqP => [->|]. Qed.

(** The derivative of h_{t+n} in the input weight is
    E ↦ ∑_k Φ(t + n, t + k + 1) diag(φ′(z_{t+k+1})) E x_{t+k+1}. *)
Theorem input_weight_derivative x t n h :
  is_diff (input_weight net) (fun A => state phi (with_input_weight A) x t n h)
    (fun E => \sum_(k < n) transition_matrix phi net x t h n k.+1 *m slope_matrix phi net x t h k *m
                E *m x (t + k.+1)%N).
Proof.
have drive_diff k :
    is_diff (input_weight net) (drive with_input_weight (fun=> x) k) (mulmx^~ (x k)).
  have input_diff := is_diff_mulmx_product (is_diff_id (input_weight net)) (is_diff_cst (x k) _).
  apply: is_diff_eq (is_diffD input_diff (is_diff_cst (bias net) _)) _.
  by apply/funext => E; rewrite !fctE addr0 mulmx0 add0r.
have W_diff : is_diff (input_weight net) (fun A => recurrent_weight (with_input_weight A)) 0.
  exact: (is_diff_cst (recurrent_weight net)).
have h_diff := is_diff_cst h (input_weight net).
apply: is_diff_eq (state_parameter_derivative phi t n W_diff drive_diff h_diff) _.
apply/funext => E; rewrite with_input_weight_id mulmx0 add0r.
by apply: eq_bigr => k _; rewrite mul0mx add0r mulmxA.
Qed.

(** and E ↦ diag(φ′(z)) E u in the input weight. *)
Corollary immediate_input_weight_derivative u h :
  is_diff (input_weight net) (fun A => step phi (with_input_weight A) u h)
    (fun E => diagonal (slopes phi net u h) *m (E *m u)).
Proof.
apply: is_diff_eq (input_weight_derivative (fun=> u) 0 1 h) _; apply/funext => E.
by rewrite big_ord1 transition_matrix_id mul1mx -mulmxA.
Qed.

(** The derivative of h_{t+n} in the input x_{t+j+1}, j < n, is
    v ↦ Φ(t + n, t + j + 1) diag(φ′(z_{t+j+1})) U v. *)
Theorem input_derivative x t n h (j : 'I_n) :
  is_diff (x (t + j.+1)%N) (fun u => state phi net (with_input x (t + j.+1) u) t n h)
    (mulmx (transition_matrix phi net x t h n j.+1 *m slope_matrix phi net x t h j *m
            input_weight net)).
Proof.
set i := (t + j.+1)%N.
pose du k (v : 'cV[R]_m.+1) := if k == i then input_weight net *m v else 0.
have drive_diff k : is_diff (x i) (drive (fun=> net) (with_input x i) k) (du k).
  rewrite /drive /with_input /du; case: eqP => _; last first.
    exact: (is_diff_cst (input_weight net *m x k + bias net)).
  apply: is_diff_eq (is_diffD (is_diff_mulmx (input_weight net) _) (is_diff_cst (bias net) _)) _.
  by apply/funext => v; rewrite fctE addr0.
have W_diff := is_diff_cst (recurrent_weight net) (x i).
have h_diff := is_diff_cst h (x i).
apply: is_diff_eq (state_parameter_derivative phi t n W_diff drive_diff h_diff) _.
apply/funext => v; rewrite with_input_id mulmx0 add0r (bigD1 j) //= big1 ?addr0 => [|k k_neq_j].
  by rewrite mul0mx add0r /du eqxx !mulmxA.
by rewrite mul0mx add0r /du eqn_add2l eqSS val_eqE (negbTE k_neq_j) mulmx0.
Qed.

End Inputs.

(** ** Back-propagation through time *)

Section Gradients.

Variables (R : realType) (dim : nat).

(** The matrix of the partial derivatives in the entries of a matrix. *)
Definition matrix_gradient (p q : nat) (L : 'M[R]_(p.+1, q.+1) -> R) (A : 'M[R]_(p.+1, q.+1)) :
    'M[R]_(p.+1, q.+1) :=
  \matrix_(i, j) 'd L A (delta_mx i j).

(** The derivative of a loss in the direction v is the scalar product of v and the gradient. *)
Lemma derivative_gradient (L : 'cV[R]_dim.+1 -> R) (h v : 'cV[R]_dim.+1) :
  'd L h v = ((gradient L h)^T *m v) 0 0.
Proof.
rewrite [v in LHS]matrix_sum_delta linear_sum mxE; apply: eq_bigr => i _.
by rewrite big_ord1 linearZ !mxE mulrC.
Qed.

(** If f has the derivative E ↦ ∑_k B_k E c_k, then L ∘ f has the gradient ∑_k B_kᵀ ∇L c_kᵀ. *)
Lemma gradient_sum_mulmx (p q n : nat) (f : 'M[R]_(p.+1, q.+1) -> 'cV[R]_dim.+1)
    (A : 'M[R]_(p.+1, q.+1)) (B : nat -> 'M[R]_(dim.+1, p.+1)) (c : nat -> 'cV[R]_q.+1)
    (L : 'cV[R]_dim.+1 -> R) :
    is_diff A f (fun E => \sum_(k < n) B k *m E *m c k) -> differentiable L (f A) ->
  differentiable (L \o f) A /\
  matrix_gradient (L \o f) A = \sum_(k < n) (B k)^T *m gradient L (f A) *m (c k)^T.
Proof.
move=> f_diff /differentiableP L_diff; have [loss_diff dE] := is_diff_comp f_diff L_diff.
split=> //; apply/matrixP => i j; rewrite mxE summxE.
apply: etrans (congr1 (@^~ (delta_mx i j)) dE) _.
rewrite /= derivative_gradient mulmx_sumr summxE; apply: eq_bigr => k _.
rewrite -(mul_delta_mx (0 : 'I_1)) !mulmxA -mulmxA -colE -rowE [LHS]mxE [RHS]mxE !big_ord1.
rewrite [col _ _ _ _]mxE [row _ _ _ _]mxE [_^T 0 _]mxE; congr (_ * _).
by rewrite -[_^T *m _ in RHS]trmxK trmx_mul trmxK [RHS]mxE.
Qed.

End Gradients.

Section BackPropagation.

Variables (R : realType) (dim m : nat) (phi : activation R) (net : network R dim m).
Variables (L : 'cV[R]_dim.+1 -> R) (x : nat -> 'cV[R]_m) (t n : nat) (h : 'cV[R]_dim.+1).
Hypothesis L_diff : differentiable L (state phi net x t n h).
Notation W := (recurrent_weight net).

(** Φ(t + n, t + k + 1) diag(φ′(z_{t+k+1})) *)
Definition carried_slopes (k : nat) : 'M[R]_dim.+1 :=
  transition_matrix phi net x t h n k.+1 *m slope_matrix phi net x t h k.

(** ζ_k = diag(φ′(z_{t+k+1})) Φ(t + n, t + k + 1)ᵀ ∇L, the gradient in z_{t+k+1}. *)
Definition backpropagated_error (k : nat) : 'cV[R]_dim.+1 :=
  (carried_slopes k)^T *m gradient L (state phi net x t n h).

(** ζ_{n−1} = diag(φ′(z_{t+n})) ∇L *)
Theorem backpropagated_error_last k : n = k.+1 ->
  backpropagated_error k = slope_matrix phi net x t h k *m gradient L (state phi net x t n h).
Proof.
move=> nE; rewrite /backpropagated_error /carried_slopes -nE transition_matrix_id mul1mx.
by rewrite [X in X *m _]tr_diag_mx.
Qed.

(** ζ_k = diag(φ′(z_{t+k+1})) Wᵀ ζ_{k+1} *)
Theorem backpropagated_error_recursion k : (k.+1 < n)%N ->
  backpropagated_error k = slope_matrix phi net x t h k *m W^T *m backpropagated_error k.+1.
Proof.
move=> lt_kn; rewrite /backpropagated_error /carried_slopes.
rewrite (transition_matrix_right _ _ _ _ _ lt_kn).
by rewrite [in LHS]mulmxA !trmx_mul !mulmxA [X in X *m _ *m _ *m _ *m _ = _]tr_diag_mx.
Qed.

(** The gradient of L(h_{t+n}) in the recurrent weight is ∑_k ζ_k h_{t+k}ᵀ. *)
Theorem recurrent_weight_gradient :
  let loss A := L (state phi (with_recurrent_weight net A) x t n h) in
  differentiable loss W /\
  matrix_gradient loss W = \sum_(k < n) backpropagated_error k *m (state phi net x t k h)^T.
Proof.
have := @gradient_sum_mulmx _ _ _ _ n _ _ carried_slopes (fun k => state phi net x t k h) L
  (recurrent_weight_derivative phi net x t n h).
by rewrite with_recurrent_weight_id => /(_ L_diff).
Qed.

(** The gradient of L(h_{t+n}) in the bias is ∑_k ζ_k. *)
Theorem bias_gradient :
  let loss b := L (state phi (with_bias net b) x t n h) in
  differentiable loss (bias net) /\
  gradient loss (bias net) = \sum_(k < n) backpropagated_error k.
Proof.
have b_diff := bias_derivative phi net x t n h.
have /differentiableP L_diff' : differentiable L (state phi (with_bias net (bias net)) x t n h).
  by rewrite with_bias_id.
have [loss_diff dE] := is_diff_comp b_diff L_diff'; split=> //.
apply/colP => j; rewrite mxE summxE.
apply: etrans (congr1 (@^~ (delta_mx j 0)) dE) _.
rewrite /= with_bias_id linear_sum; apply: eq_bigr => k _.
rewrite derivative_gradient -colE mxE [RHS]mxE; apply: eq_bigr => i _.
by rewrite [_^T 0 i]mxE [col _ _ _ _]mxE [_^T j i]mxE mulrC.
Qed.

End BackPropagation.

(** The gradient of L(h_{t+n}) in the input weight is ∑_k ζ_k x_{t+k+1}ᵀ. *)
Theorem input_weight_gradient (R : realType) (dim m : nat) (phi : activation R)
    (net : network R dim m.+1) (L : 'cV[R]_dim.+1 -> R) (x : nat -> 'cV[R]_m.+1) t n h :
    differentiable L (state phi net x t n h) ->
  let loss A := L (state phi (with_input_weight net A) x t n h) in
  differentiable loss (input_weight net) /\
  matrix_gradient loss (input_weight net) =
  \sum_(k < n) backpropagated_error phi net L x t n h k *m (x (t + k.+1)%N)^T.
Proof.
move=> L_diff; have := @gradient_sum_mulmx _ _ _ _ n _ _
  (carried_slopes phi net x t n h) (fun k => x (t + k.+1)%N) L
  (input_weight_derivative phi net x t n h).
by rewrite with_input_weight_id => /(_ L_diff).
Qed.
