(** * The chain of Jacobians

    The state h_{t+n} is a Fréchet differentiable function of the state h_t, and the matrix of its
    derivative is the product Φ(t + n, t) = J_{t+n} ⋯ J_{t+1} of the step Jacobians
    J_k = diag(φ′(z_k)) W, the newest factor on the left. The gradient of a loss at h_{t+n} reaches
    h_t through the transpose of the same product. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.classical Require Import boolp classical_sets functions.
From mathcomp.analysis Require Import reals signed topology normedtype landau derive.
From gradproof Require Import network activations.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory numFieldNormedType.Exports.
Local Open Scope ring_scope.
Local Open Scope classical_set_scope.

(** ** Derivatives of functions with values in columns *)

Section Columns.

Variables (R : realType) (dim : nat).

Lemma is_diff_sum (V W : normedModType R) (I : Type) (r : seq I) (f df : I -> V -> W) (x : V) :
    (forall i, is_diff x (f i) (df i)) ->
  is_diff x (fun y => \sum_(i <- r) f i y) (fun v => \sum_(i <- r) df i v).
Proof.
have sum_nil (g : I -> V -> W) : (fun y => \sum_(j <- [::]) g j y) = cst 0.
  by apply/funext => y; rewrite big_nil.
have sum_cons i s (g : I -> V -> W) :
    (fun y => \sum_(j <- i :: s) g j y) = g i + (fun y => \sum_(j <- s) g j y).
  by apply/funext => y; rewrite big_cons.
move=> dfE; elim: r => [|i r IH]; first by rewrite !sum_nil; apply: is_diff_cst.
by rewrite !sum_cons; apply: is_diffD.
Qed.

Lemma is_diff_coord (p q : nat) (M : 'M[R]_(p.+1, q.+1)) i j :
  is_diff M (fun N : 'M[R]_(p.+1, q.+1) => N i j : R) (fun N => N i j).
Proof.
have @f : {linear 'M[R]_(p.+1, q.+1) -> R}.
  by exists (fun N : 'M[R]_(_, _) => N i j); eexists; move=> ? ?; rewrite !mxE.
rewrite (_ : (fun _ => _) = f) //; split; last by rewrite diff_lin //; exact: coord_continuous.
exact/linear_differentiable/coord_continuous.
Qed.

(** A function with values in columns is differentiable if its entries are. *)
Lemma is_diff_columns (V : normedModType R) (f df : V -> 'cV[R]_dim.+1) (x : V) :
    (forall i, is_diff x (fun y => f y i 0 : R) (fun v => df v i 0)) -> is_diff x f df.
Proof.
have columnE (g : V -> 'cV[R]_dim.+1) : g = (fun y => \sum_i g y i 0 *: delta_mx i 0).
  apply/funext => y; rewrite [LHS]matrix_sum_delta; apply: eq_bigr => i _.
  by rewrite big_ord1.
move=> df_entries; rewrite (columnE f) (columnE df); apply: is_diff_sum => i.
have [f_entry df_entry] := df_entries i.
split; first exact: differentiableZl.
by rewrite diffZl // df_entry.
Qed.

Lemma is_diff_mulmx (p : nat) (A : 'M[R]_(dim.+1, p.+1)) (v : 'cV[R]_p.+1) :
  is_diff v (mulmx A) (mulmx A).
Proof.
apply: is_diff_columns => i.
have -> : (fun y : 'cV[R]_p.+1 => (A *m y) i 0) = (fun y => \sum_j A i j *: (y j 0 : R)).
  by apply/funext => y; rewrite mxE.
by apply: is_diff_sum => j; apply: is_diffZ; apply: is_diff_coord.
Qed.

(** φ, applied to the entries of a column z, has the derivative diag(φ′(z)). *)
Lemma is_diff_map_mx (phi : activation R) (z : 'cV[R]_dim.+1) :
  is_diff z (map_mx (value phi)) (mulmx (diagonal (map_mx (slope phi) z))).
Proof.
apply: is_diff_columns => i.
have -> : (fun y : 'cV[R]_dim.+1 => map_mx (value phi) y i 0) = value phi \o (fun y => y i 0).
  by apply/funext => y; rewrite mxE.
have [phi_derivable phi_slope] := slope_is_derivative phi (z i 0).
have phi_diff : is_diff (z i 0) (value phi) ( *:%R^~ (slope phi (z i 0))).
  split; first exact/derivable1_diffP.
  by rewrite diff1E; [rewrite derive1E phi_slope | exact/derivable1_diffP].
apply: is_diff_eq (is_diff_comp (is_diff_coord z i 0) phi_diff) _.
by apply/funext => v /=; rewrite mul_diag_mx !mxE mulrC.
Qed.

End Columns.

(** ** The derivative of the state *)

Section Chain.

Variables (R : realType) (dim m : nat).
Variables (phi : activation R) (net : network R dim m).
Implicit Types (x : nat -> 'cV[R]_m) (h v : 'cV[R]_dim.+1).
Notation W := (recurrent_weight net).

Lemma is_diff_pre_activation (u : 'cV[R]_m) h : is_diff h (pre_activation net u) (mulmx W).
Proof.
have -> : pre_activation net u = mulmx W + cst (input_weight net *m u + bias net).
  by apply/funext => y; rewrite /pre_activation -addrA.
apply: is_diff_eq (is_diffD (is_diff_mulmx W h) (is_diff_cst _ h)) _.
by apply/funext => v; rewrite /= addr0.
Qed.

Lemma is_diff_step (u : 'cV[R]_m) h :
  is_diff h (step phi net u) (mulmx (step_jacobian phi net u h)).
Proof.
apply: is_diff_eq (is_diff_comp (is_diff_pre_activation u h) (is_diff_map_mx phi _)) _.
by apply/funext => v; rewrite /= mulmxA.
Qed.

(** One step of the network is differentiable in the state. *)
Theorem step_differentiable (u : 'cV[R]_m) h : differentiable (step phi net u) h.
Proof. by have [] := is_diff_step u h. Qed.

(** The derivative of one step is J = diag(φ′(z)) W. *)
Theorem step_derivative (u : 'cV[R]_m) h v :
  'd (step phi net u) h v = step_jacobian phi net u h *m v.
Proof. by have [_ ->] := is_diff_step u h. Qed.

(** The entry of J in row i and column j is φ′(z_i) w_ij. *)
Lemma step_jacobianE (u : 'cV[R]_m) h i j :
  step_jacobian phi net u h i j = slopes phi net u h i 0 * W i j.
Proof. by rewrite /step_jacobian /diagonal mul_diag_mx mxE [_^T _ _]mxE. Qed.

(** The state h_{t+n} is differentiable in h_t, with the derivative v ↦ Φ(t + n, t) v. *)
Theorem is_diff_state x t n h :
  is_diff h (state phi net x t n) (mulmx (jacobian_product phi net x t n h)).
Proof.
elim: n => [|n IH].
  by apply: is_diff_eq (is_diff_id h) _; apply/funext => v; rewrite /= mul1mx.
apply: is_diff_eq (is_diff_comp IH (is_diff_step (x (t + n.+1)%N) _)) _.
by apply/funext => v; rewrite /= mulmxA.
Qed.

(** The same in terms of the differential: ∂h_{t+n}/∂h_t = Φ(t + n, t). *)
Theorem state_derivative x t n h :
  differentiable (state phi net x t n) h /\
  forall v, 'd (state phi net x t n) h v = jacobian_product phi net x t n h *m v.
Proof. by have [? dE] := is_diff_state x t n h; split=> // v; rewrite dE. Qed.

(** The same for the directional derivatives lim (h_{t+n}(h + εv) − h_{t+n}(h))/ε. *)
Theorem state_directional_derivative x t n h v :
  derivable (state phi net x t n) h v /\
  'D_v (state phi net x t n) h = jacobian_product phi net x t n h *m v.
Proof.
have [state_diff dE] := state_derivative x t n h.
by split; [exact: diff_derivable | rewrite deriveE].
Qed.

(** Φ(t + n, t) is the only matrix that represents the derivative of the state. *)
Theorem jacobian_product_unique x t n h (A : 'M[R]_dim.+1) :
  (forall v, 'd (state phi net x t n) h v = A *m v) -> A = jacobian_product phi net x t n h.
Proof.
have [_ dE] := state_derivative x t n h.
move=> AE; apply/matrixP => i j; have := AE (delta_mx j 0).
by rewrite dE -!colE => /colP/(_ i); rewrite !mxE.
Qed.

(** Column j of Φ(t + n, t) is the derivative of h_{t+n} in the direction of entry j of h_t. *)
Theorem jacobian_product_column x t n h j :
  col j (jacobian_product phi net x t n h) = 'd (state phi net x t n) h (delta_mx j 0).
Proof. by have [_ ->] := state_derivative x t n h; rewrite colE. Qed.

(** The entries of Φ(t + n, t) are the partial derivatives of the entries of h_{t+n}. *)
Theorem jacobian_product_is_derivative x t n h :
  jacobian_product phi net x t n h =
  \matrix_(i, j) 'd (state phi net x t n) h (delta_mx j 0) i 0.
Proof.
by apply/matrixP => i j; rewrite mxE -jacobian_product_column mxE.
Qed.

(** ** The order of the factors *)

(** h_{t+n+k} is the state after k steps from h_{t+n}. *)
Lemma state_split x t n k h :
  state phi net x t (n + k) h = state phi net x (t + n) k (state phi net x t n h).
Proof. by elim: k => [|k IH]; rewrite ?addn0 // addnS /= IH !addnS addnA. Qed.

(** Φ(t + n + k, t) = Φ(t + n + k, t + n) Φ(t + n, t): the newer factor is on the left. *)
Theorem jacobian_product_split x t n k h :
  jacobian_product phi net x t (n + k) h =
  jacobian_product phi net x (t + n) k (state phi net x t n h) *m jacobian_product phi net x t n h.
Proof.
elim: k => [|k IH]; first by rewrite addn0 mul1mx.
by rewrite addnS /= IH state_split mulmxA !addnS addnA.
Qed.

(** Backwards, Φ(t + k + 1, t)ᵀ g = J_{t+1}ᵀ Φ(t + k + 1, t + 1)ᵀ g for every column g. *)
Corollary backward_recursion x t k h (g : 'cV[R]_dim.+1) :
  (jacobian_product phi net x t k.+1 h)^T *m g =
  (step_jacobian phi net (x t.+1) h)^T *m
    ((jacobian_product phi net x t.+1 k (step phi net (x t.+1) h))^T *m g).
Proof.
have := jacobian_product_split x t 1 k h; rewrite add1n /= mulmx1 addn1 => ->.
by rewrite trmx_mul mulmxA.
Qed.

(** Φ(t + n, t) = J_{t+n} ⋯ J_{t+1}, an ordered product with the newest factor on the left. *)
Theorem jacobian_product_bigprod x t n h :
  jacobian_product phi net x t n h =
  \big[mulmx/1%:M]_(k <- rev (iota 0 n))
    step_jacobian phi net (x (t + k.+1)%N) (state phi net x t k h).
Proof.
elim: n => [|n IH]; first by rewrite big_nil.
have -> : rev (iota 0 n.+1) = n :: rev (iota 0 n) by rewrite -addn1 iotaD rev_cat.
by rewrite big_cons -IH.
Qed.

(** ** The gradient of a loss *)

(** The column of the partial derivatives. *)
Definition gradient (L : 'cV[R]_dim.+1 -> R) (h : 'cV[R]_dim.+1) : 'cV[R]_dim.+1 :=
  \col_j 'd L h (delta_mx j 0).

(** If the loss is a differentiable function of h_{t+n}, then it is a differentiable function of
    h_t, and its derivative is the derivative at h_{t+n} after Φ(t + n, t). *)
Theorem loss_derivative (L : 'cV[R]_dim.+1 -> R) x t n h :
    differentiable L (state phi net x t n h) ->
  differentiable (L \o state phi net x t n) h /\
  forall v, 'd (L \o state phi net x t n) h v =
            'd L (state phi net x t n h) (jacobian_product phi net x t n h *m v).
Proof.
move=> /differentiableP L_diff.
have [loss_diff dE] := is_diff_comp (is_diff_state x t n h) L_diff.
by split=> [|v]; [exact: loss_diff | exact: (congr1 (@^~ v) dE)].
Qed.

(** ∇_{h_t} L = Φ(t + n, t)ᵀ ∇_{h_{t+n}} L *)
Theorem loss_gradient (L : 'cV[R]_dim.+1 -> R) x t n h :
    differentiable L (state phi net x t n h) ->
  gradient (L \o state phi net x t n) h =
  (jacobian_product phi net x t n h)^T *m gradient L (state phi net x t n h).
Proof.
move=> /loss_derivative[_ dE]; apply/colP => j; rewrite !mxE dE.
rewrite -colE [col j _]matrix_sum_delta linear_sum; apply: eq_bigr => i _.
by rewrite big_ord1 linearZ !mxE.
Qed.

(** A loss that is a sum of losses L_0(h_t) + … + L_n(h_{t+n}) has the gradient
    ∑_k Φ(t + k, t)ᵀ ∇L_k(h_{t+k}) at h_t. *)
Theorem total_loss_gradient (L : nat -> 'cV[R]_dim.+1 -> R) x t n h :
    (forall k, (k <= n)%N -> differentiable (L k) (state phi net x t k h)) ->
  gradient (fun g => \sum_(k < n.+1) L k (state phi net x t k g)) h =
  \sum_(k < n.+1) (jacobian_product phi net x t k h)^T *m gradient (L k) (state phi net x t k h).
Proof.
move=> L_diff.
have loss_diff (k : 'I_n.+1) := (loss_derivative (L_diff k (ltn_ord k))).1.
have [_ dE] := is_diff_sum (index_enum _) (fun k => differentiableP (loss_diff k)).
apply/colP => j; rewrite summxE mxE.
apply: etrans (congr1 (@^~ (delta_mx j 0)) dE) _; apply: eq_bigr => k _.
by rewrite -loss_gradient ?mxE //; apply: L_diff; rewrite -ltnS.
Qed.

End Chain.

(** ** One dimension *)

Section Scalar.

Variables (R : realType) (m : nat).
Variables (phi : activation R) (net : network R 0 m).
Implicit Types (x : nat -> 'cV[R]_m) (h : 'cV[R]_1).
Notation w := (recurrent_weight net 0 0).

(** For d = 1 the Jacobian product is wⁿ ∏ φ′(z_k). *)
Theorem scalar_recurrence x t n h :
  jacobian_product phi net x t n h 0 0 =
  w ^+ n * \prod_(k < n) slopes phi net (x (t + k.+1)%N) (state phi net x t k h) 0 0.
Proof.
elim: n => [|n IH]; first by rewrite big_ord0 mulr1 mxE.
rewrite [LHS]mxE big_ord1 step_jacobianE IH big_ord_recr exprS /=.
by rewrite [_ * w]mulrC mulrACA [X in _ * X = _]mulrC.
Qed.

(** |Φ(t + n, t)| = |w|ⁿ ∏ |φ′(z_k)| *)
Theorem scalar_recurrence_norm x t n h :
  `|jacobian_product phi net x t n h 0 0| =
  `|w| ^+ n * \prod_(k < n) `|slopes phi net (x (t + k.+1)%N) (state phi net x t k h) 0 0|.
Proof. by rewrite scalar_recurrence normrM normrX normr_prod. Qed.

End Scalar.

(** ** The network with φ = tanh *)

Section HyperbolicTangentNetwork.

Variables (R : realType) (dim m : nat) (net : network R dim m).
Notation phi := (tanh_activation R).

(** The n-step state of a network of any dimension with φ = tanh is a differentiable function of
    the first state, and its derivative is the product of the matrices diag(1 − tanh(z_k)²) W, the
    newest factor on the left. *)
Corollary tanh_state_derivative (x : nat -> 'cV[R]_m) t n (h : 'cV[R]_dim.+1) :
  differentiable (state phi net x t n) h /\
  forall v, 'd (state phi net x t n) h v =
    (\big[mulmx/1%:M]_(k <- rev (iota 0 n))
       (diag_mx (\row_i (1 - tanh (pre_activation net (x (t + k.+1)%N)
                                     (state phi net x t k h) i 0) ^+ 2))
        *m recurrent_weight net)) *m v.
Proof.
have [state_diff dE] := state_derivative phi net x t n h; split=> // v.
rewrite dE jacobian_product_bigprod; congr (_ *m _); apply: eq_bigr => k _.
by congr (diag_mx _ *m _); apply/rowP => i; rewrite !mxE.
Qed.

End HyperbolicTangentNetwork.
