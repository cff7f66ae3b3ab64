"""The words of a Coq file about a certificate of decay, with places for its numbers."""

__all__ = ["CERTIFICATE", "COROLLARY", "HEADER", "THEOREM"]

HEADER = """\
(** * Gradients vanish, whatever the inputs

    For h_k = φ(W h_(k-1) + U x_k + b), where W is the {size} × {size} matrix below:
    ‖∂h_(t+n)/∂h_t‖ ≤ C rⁿ for all inputs, all U, b and h_t, and all n, in the spectral norm, with
    r ≤ {r} and C ≤ {C}, if φ′ takes its values in {range}. These Jacobians tend to 0.{digest}

    The kernel of Coq computes check_decay (certificate_check.v) on the numbers below, and
    certificate.v proves what follows from it. To check, with the compiled theories in THEORIES:
    coqc -R THEORIES gradproof FILE.v *)"""

CERTIFICATE = """\
Definition data : certificate := {{|
  dim := {dim};
  weight_rows := integer_rows weight_numerators;
  weight_denominator := {weight};
  least_slope := {alpha};
  greatest_slope := {beta};
  slope_denominator := {slope};
  rate := Quotient {rate};
  constant := Quotient {constant};
  metric_rows := integer_rows metric_triangle;
  multiplier_list := integers multiplier_numbers;
  least := {least};
  greatest := {greatest};
  contraction_factor := contraction_root;
  least_factor := least_root;
  greatest_factor := greatest_root
|}}.

Lemma checked : check_decay data.
Proof. vm_cast_no_check (erefl true). Qed."""

THEOREM = """\
Section Network.

Variables (R : realType) (m : nat).

Theorem gradients_vanish (phi : activation R) (net : network R {dim} m) :
    (forall i j, recurrent_weight net i j =
       fraction R (entry (integer_rows weight_numerators) i j) {weight}) ->
    slopes_within phi ({low}) ({high}) ->
  forall (x : nat -> 'cV[R]_m) (t : nat) (h : 'cV[R]_{size}),
    (forall n, spectral_norm (jacobian_product phi net x t n h)
       <= {bound}) /\\
    (fun n => jacobian_product phi net x t n h) --> (0 : 'M[R]_{size}).
Proof. exact: (@check_decay_sound R data checked m phi net). Qed."""

COROLLARY = """\
Corollary {name}_gradients_vanish (net : network R {dim} m) :
    (forall i j, recurrent_weight net i j =
       fraction R (entry (integer_rows weight_numerators) i j) {weight}) ->
  forall (x : nat -> 'cV[R]_m) (t : nat) (h : 'cV[R]_{size}),
    (forall n, spectral_norm (jacobian_product ({activation} R) net x t n h)
       <= {bound}) /\\
    (fun n => jacobian_product ({activation} R) net x t n h) --> (0 : 'M[R]_{size}).
Proof.
have contained : slopes_contain_{kind} data by vm_cast_no_check (erefl true).
move=> weights; apply: gradients_vanish weights _.
exact: (@{kind}_slopes R data _ checked contained (@{slopes} R)).
Qed."""
