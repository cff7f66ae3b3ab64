"""Each law: a true instance is accepted, its near misses are refused by that law."""

from __future__ import annotations

import pytest
import sympy as sp

from gradproof.errors import StepRefusedError
from gradproof.symbolic.instances.instantiate import NotNumericError, find_counterexample
from gradproof.symbolic.kernel.laws import (
    CATALOGUE,
    chain_rule_through,
    geometric_limit,
    law_listing,
)
from gradproof.symbolic.kernel.step import Step
from gradproof.symbolic.language.blocks import Blocks, Hadamard, Stacked
from gradproof.symbolic.language.expressions import (
    BOUND_INDEX,
    ActivationValue,
    Determinant,
    Diagonal,
    Elementwise,
    Input,
    Jacobian,
    LimitSuperior,
    OrderedProduct,
    ParametricActivation,
    Preactivation,
    ScalarDerivative,
    SmallestSingularValue,
    SpectralNorm,
    SpectralRadius,
    State,
    Trace,
)
from gradproof.symbolic.language.gradient_nodes import (
    Gradient,
    Loss,
    LossGradient,
    MatrixSum,
    ParameterDifferential,
    ScalarSum,
)
from gradproof.symbolic.language.relation import Hypothesis, Proposition, Relation
from gradproof.symbolic.language.row_sums import EntrywiseModulus, InfinityNorm

D = sp.Symbol("d", integer=True, positive=True)
K = sp.Symbol("k", integer=True, positive=True)
N = sp.Symbol("n", integer=True, nonnegative=True)
COUNT = sp.Symbol("n", integer=True, positive=True)
Z, X = sp.symbols("z x", real=True)
LAM = sp.Symbol("lambda", complex=True, zero=False)
C, R = sp.symbols("c r", positive=True)
A, B, W = (sp.MatrixSymbol(name, D, D) for name in "ABW")
U, V = sp.MatrixSymbol("u", D, 1), sp.MatrixSymbol("v", D, 1)
EQ, LE, LT, GE = Relation.EQ, Relation.LE, Relation.LT, Relation.GE
ONE, ZERO = sp.Integer(1), sp.Integer(0)
norm, rho, least = SpectralNorm, SpectralRadius, SmallestSingularValue
DU, DV = Diagonal(U), Diagonal(V)
inf, moduli = InfinityNorm, EntrywiseModulus
det, tr = Determinant, Trace
NUMBER, OTHER = sp.MatrixSymbol("p", 1, 1), sp.MatrixSymbol("q", 1, 1)
T, SLOPE = ActivationValue("tanh", 0, Z), ActivationValue("tanh", 1, Z)
IDENTITY, LOGISTIC, SOFTPLUS = (
    ActivationValue(name, 0, Z) for name in ("identity", "logistic", "softplus")
)
ARCTAN_SLOPE = ActivationValue("arctan", 1, Z)
PLUS, MINUS = sp.exp(Z), sp.exp(-Z)
Q = sp.Symbol("q", negative=True)
LEAK, ALPHA = sp.Symbol("a", real=True), sp.Symbol("alpha", positive=True)
BELL = 2 / sp.sqrt(sp.pi) * sp.exp(-(Z**2))
H, BEFORE = State("h", K, D), State("h", K - 1, D)
G = State("g", K, D)
HG = Stacked(H, G)
BLOCKS = Blocks(Jacobian(A * H, H), Jacobian(A * H, G), Jacobian(B * G, H), Jacobian(B * G, G))
INPUT = Input("x", K, D)
FACTOR = Diagonal(Elementwise("tanh", 1, Preactivation("z", BOUND_INDEX, D))) * W


def value(name, z, order=0):
    return ActivationValue(name, order, z)


def erf(z, order=0):
    return value("erf", z, order)


def silu(z, order=0):
    return value("silu", z, order)


def gelu(z, order=0):
    return value("gelu", z, order)


def relu(z, order=0):
    return value("relu", z, order)


def leaky(z, order=0, slope=LEAK):
    return value(ParametricActivation("leaky_relu", slope), z, order)


def d(function):
    return ScalarDerivative(function, Z)


def product(lower, upper):
    return OrderedProduct(FACTOR, lower, upper)


def limit(term, index=N):
    return LimitSuperior(term, index)


def factor(k):
    return product(1, 2).factor_at(k)


MOVE, TURN = sp.MatrixSymbol("M", D, D), sp.MatrixSymbol("m", D, 1)
H0, FED = State("h", 0, D), Input("x", BOUND_INDEX, D)


def moved(y, parameter=W, direction=MOVE, start=0):
    return ParameterDifferential(y, parameter, direction, start)


def phi(order, vector):
    return Elementwise("phi", order, vector)


def loss(vector, k=N):
    return Loss("ell", k, vector)


def nabla(vector, k=N):
    return LossGradient("ell", k, vector)


def total(term, lower=1, upper=N):
    return MatrixSum(term, lower, upper)


def count(term, lower=1, upper=N):
    return ScalarSum(term, lower, upper)


# law → (true instances, near misses); an instance is (left, relation, right).
INSTANCES = {
    "algebra": (
        [
            ((X + 1) ** 2, EQ, X**2 + 2 * X + 1),
            (A * (B + W), EQ, A * B + A * W),
            (A * A**N, EQ, A ** (N + 1)),
            ((A * B).T, EQ, B.T * A.T),
            (1 / (1 + X**2) - 1, EQ, -(X**2) / (1 + X**2)),
            (norm(A) * norm(B), EQ, norm(B) * norm(A)),
        ],
        [
            ((X + 1) ** 2, EQ, X**2 + 1),
            ((X + 1) ** 2, LE, X**2 + 2 * X + 1),
            (A * B, EQ, B * A),
            (A**N, EQ, A ** (N + 1)),
            (1 / (1 + X**2) - 1, EQ, X**2 / (1 + X**2)),
            (norm(A * B), EQ, norm(B * A)),
        ],
    ),
    "the modulus of a power": (
        [
            (sp.Abs(LAM**N), EQ, sp.Abs(LAM) ** N),
            (sp.Abs(LAM ** (N - 1)), EQ, sp.Abs(LAM) ** (N - 1)),
        ],
        [
            (sp.Abs(LAM**N), EQ, sp.Abs(LAM) ** (N + 1)),
            (sp.Abs(LAM + 1), EQ, sp.Abs(LAM) + 1),
            (LAM**N, EQ, sp.Abs(LAM) ** N),
        ],
    ),
    "definition of φ′": (
        [(SLOPE, EQ, d(T)), (d(SLOPE), EQ, d(d(T))), (d(T), EQ, SLOPE)],
        [(SLOPE, EQ, d(SLOPE)), (T, EQ, d(T)), (SLOPE, EQ, d(ActivationValue("phi", 0, Z)))],
    ),
    "definition of tanh": (
        [
            (T, EQ, (PLUS - MINUS) / (PLUS + MINUS)),
            (d(T), EQ, d((PLUS - MINUS) / (PLUS + MINUS))),
            (ActivationValue("tanh", 0, ZERO), EQ, ZERO),
        ],
        [
            (T, EQ, (PLUS + MINUS) / (PLUS + 2 * MINUS)),
            (SLOPE, EQ, (PLUS - MINUS) / (PLUS + MINUS)),
            (ActivationValue("phi", 0, Z), EQ, (PLUS - MINUS) / (PLUS + MINUS)),
        ],
    ),
    "quotient rule": (
        [
            (
                d(T / (1 + T**2)),
                EQ,
                (d(T) * (1 + T**2) - T * d(1 + T**2)) / (1 + T**2) ** 2,
            )
        ],
        [
            (d(T / (1 + T**2)), EQ, (d(T) - T * d(1 + T**2)) / (1 + T**2) ** 2),
            (d(T / (1 + T**2)), EQ, d(T) / (1 + T**2)),
        ],
    ),
    "derivative of exponentials": (
        [
            (d(PLUS - 2 * sp.exp(-3 * Z)), EQ, PLUS + 6 * sp.exp(-3 * Z)),
            (d(sp.exp(Z / 2)), EQ, sp.exp(Z / 2) / 2),
            (d(1 + PLUS), EQ, PLUS),
        ],
        [
            (d(PLUS - MINUS), EQ, PLUS - MINUS),
            (d(1 + PLUS), EQ, 1 + PLUS),
            (d(Z + PLUS), EQ, PLUS),
            (d(X * PLUS), EQ, X * MINUS),
            (d(PLUS * T), EQ, PLUS * T),
        ],
    ),
    "chain rule for polynomials": (
        [(d(1 - T**2), EQ, -2 * T * SLOPE), (d(T), EQ, SLOPE)],
        [
            (d(1 - T**2), EQ, -2 * T),
            (d(Z * T), EQ, Z * SLOPE),
            (d(T * SLOPE), EQ, SLOPE * ActivationValue("tanh", 2, Z)),
            (d(sp.exp(T)), EQ, PLUS),
        ],
    ),
    "definition of the identity": (
        [(IDENTITY, EQ, Z), (d(IDENTITY), EQ, d(Z))],
        [(IDENTITY, EQ, 2 * Z), (ActivationValue("identity", 1, Z), EQ, Z), (T, EQ, Z)],
    ),
    "definition of the logistic function": (
        [
            (LOGISTIC, EQ, PLUS / (1 + PLUS)),
            (d(LOGISTIC), EQ, d(PLUS / (1 + PLUS))),
            (ActivationValue("logistic", 0, ZERO), EQ, sp.Rational(1, 2)),
        ],
        [
            (LOGISTIC, EQ, MINUS / (1 + MINUS)),
            (LOGISTIC, EQ, PLUS / (2 + PLUS)),
            (ActivationValue("logistic", 1, Z), EQ, PLUS / (1 + PLUS)),
            (T, EQ, PLUS / (1 + PLUS)),
        ],
    ),
    "definition of softplus": (
        [(SOFTPLUS, EQ, sp.log(1 + PLUS)), (d(SOFTPLUS), EQ, d(sp.log(1 + PLUS)))],
        [
            (SOFTPLUS, EQ, sp.log(1 + MINUS)),
            (ActivationValue("softplus", 1, Z), EQ, sp.log(1 + PLUS)),
            (LOGISTIC, EQ, sp.log(1 + PLUS)),
        ],
    ),
    "derivative of arctan": (
        [
            (ARCTAN_SLOPE, EQ, 1 / (1 + Z**2)),
            (d(ARCTAN_SLOPE), EQ, d(1 / (1 + Z**2))),
            (ActivationValue("arctan", 1, 2 * X), EQ, 1 / (1 + 4 * X**2)),
        ],
        [
            (ARCTAN_SLOPE, EQ, 1 / (2 + Z**2)),
            (ARCTAN_SLOPE, EQ, -1 / (1 + Z**2)),
            (ActivationValue("arctan", 0, Z), EQ, 1 / (1 + Z**2)),
            (ActivationValue("arctan", 2, Z), EQ, 1 / (1 + Z**2)),
            (SLOPE, EQ, 1 / (1 + Z**2)),
        ],
    ),
    "derivative of the logarithm": (
        [
            (d(sp.log(1 + PLUS)), EQ, d(1 + PLUS) / (1 + PLUS)),
            (d(sp.log(1 + T**2)), EQ, d(1 + T**2) / (1 + T**2)),
        ],
        [
            (d(sp.log(1 + PLUS)), EQ, 1 / (1 + PLUS)),
            (d(sp.log(1 + PLUS)), EQ, d(1 + PLUS) * (1 + PLUS)),
            (d(sp.log(1 + PLUS)), EQ, -d(1 + PLUS) / (1 + PLUS)),
            (d(PLUS), EQ, d(PLUS) / PLUS),
        ],
    ),
    "derivative of polynomials": (
        [
            (d(Z), EQ, ONE),
            (d(ONE), EQ, ZERO),
            (d((1 + Z**2) ** 2 / 3), EQ, sp.Rational(4, 3) * Z * (1 + Z**2)),
        ],
        [
            (d(Z**3), EQ, 2 * Z**2),
            (d(Z**2), EQ, Z**3 / 3),
            (d(Z * T), EQ, T),
            (d(Z * PLUS), EQ, PLUS),
            (d(X * Z), EQ, Z),
            (d(1 / (1 + Z**2)), EQ, -1 / (1 + Z**2) ** 2),
        ],
    ),
    "derivative of erf": (
        [
            (erf(Z, 1), EQ, BELL),
            (d(erf(Z, 1)), EQ, d(BELL)),
            (erf(X / 2, 1), EQ, 2 / sp.sqrt(sp.pi) * sp.exp(-(X**2) / 4)),
        ],
        [
            (erf(Z, 1), EQ, BELL / 2),
            (erf(Z), EQ, BELL),
            (erf(Z, 2), EQ, BELL),
            (d(erf(Z / 2)), EQ, 2 / sp.sqrt(sp.pi) * sp.exp(-(Z**2) / 4)),
        ],
    ),
    "definition of SiLU": (
        [(silu(Z), EQ, Z * LOGISTIC), (d(silu(Z)), EQ, d(Z * LOGISTIC))],
        [(silu(Z), EQ, LOGISTIC), (silu(Z, 1), EQ, Z * LOGISTIC), (silu(Z), EQ, X * LOGISTIC)],
    ),
    "definition of GELU": (
        [(gelu(Z), EQ, Z * (1 + erf(Z / sp.sqrt(2))) / 2), (gelu(ZERO), EQ, ZERO)],
        [
            (gelu(Z), EQ, Z * (1 + erf(Z)) / 2),
            (gelu(Z), EQ, Z * (1 + T) / 2),
            (gelu(Z, 1), EQ, Z * (1 + erf(Z / sp.sqrt(2))) / 2),
        ],
    ),
    "definition of ReLU": (
        [
            (relu(C), EQ, C),
            (relu(Q), EQ, ZERO),
            (relu(X**2), EQ, X**2),
            (d(relu(PLUS)), EQ, d(PLUS)),
            (relu(C / (1 + C)), EQ, C / (1 + C)),
        ],
        [
            (relu(Z), EQ, Z),
            (relu(Z), EQ, ZERO),
            (relu(C), EQ, ZERO),
            (relu(-C), EQ, -C),
            (relu(C, 1), EQ, C),
            (relu(C - 1), EQ, C - 1),
            (value("hard_tanh", C), EQ, C),
        ],
    ),
    "definition of leaky ReLU": (
        [(leaky(C), EQ, C), (leaky(-C), EQ, -LEAK * C), (leaky(C, 0, sp.S.Half), EQ, C)],
        [
            (leaky(Z), EQ, Z),
            (leaky(-C), EQ, -C),
            (leaky(-C, 0, sp.S.Half), EQ, -LEAK * C),
            (leaky(C), EQ, LEAK * C),
            (relu(-C), EQ, -LEAK * C),
        ],
    ),
    "definition of hard tanh": (
        [
            (value("hard_tanh", 1 + C), EQ, ONE),
            (value("hard_tanh", -1 - C), EQ, -ONE),
            (value("hard_tanh", (C - 1) / (C + 1)), EQ, (C - 1) / (C + 1)),
            (value("hard_tanh", ONE), EQ, ONE),
        ],
        [
            (value("hard_tanh", C), EQ, C),
            (value("hard_tanh", C), EQ, ONE),
            (value("hard_tanh", 2 * (C - 1) / (C + 1)), EQ, 2 * (C - 1) / (C + 1)),
            (value("hard_tanh", -1 - C), EQ, ONE),
            (value("hard_tanh", 1 + C, 1), EQ, ONE),
        ],
    ),
    "definition of softsign": (
        [
            (value("softsign", C), EQ, C / (1 + C)),
            (value("softsign", Q), EQ, Q / (1 - Q)),
            (value("softsign", ZERO), EQ, ZERO),
        ],
        [
            (value("softsign", Q), EQ, Q / (1 + Q**2)),
            (value("softsign", C), EQ, -C / (1 + C)),
            (value("softsign", C, 1), EQ, C / (1 + C)),
            (value("softsign", Z), EQ, Z / (1 + Z**2)),
        ],
    ),
    "definition of ELU": (
        [
            (value("elu", C), EQ, C),
            (value("elu", Q), EQ, sp.exp(Q) - 1),
            (value("scaled_elu", Q), EQ, ALPHA * (sp.exp(Q) - 1)),
        ],
        [
            (value("elu", Z), EQ, Z),
            (value("elu", Q), EQ, ALPHA * (sp.exp(Q) - 1)),
            (value("scaled_elu", Q), EQ, sp.exp(Q) - 1),
            (value("elu", C), EQ, sp.exp(C) - 1),
        ],
    ),
    "the slope at a kink": (
        [
            (relu(ZERO, 1), EQ, ZERO),
            (leaky(ZERO, 1), EQ, LEAK),
            (value("hard_tanh", -ONE, 1), EQ, ZERO),
            (value("scaled_elu", ZERO, 1), EQ, ALPHA),
        ],
        [
            (relu(ZERO, 1), EQ, ONE),
            (relu(ZERO, 1), EQ, sp.S.Half),
            (leaky(ZERO, 1), EQ, ONE),
            (value("hard_tanh", ZERO, 1), EQ, ZERO),
            (value("hard_tanh", ONE, 1), EQ, ONE),
            (relu(Z, 1), EQ, ZERO),
            (value("elu", ZERO, 1), EQ, ZERO),
        ],
    ),
    "the slope where the pieces join": (
        [(value("softsign", ZERO, 1), EQ, ONE), (value("elu", ZERO, 1), EQ, ONE)],
        [
            (value("softsign", Z, 1), EQ, ONE),
            (value("elu", Q, 1), EQ, ONE),
            (value("scaled_elu", ZERO, 1), EQ, ONE),
            (relu(ZERO, 1), EQ, ONE),
            (value("softsign", ZERO), EQ, ONE),
        ],
    ),
    "rules of differentiation": (
        [
            (d(Z * T), EQ, T + Z * SLOPE),
            (d(sp.exp(-(Z**2))), EQ, -2 * Z * sp.exp(-(Z**2))),
            (
                d((1 + T) ** 3 / (1 + Z**2)),
                EQ,
                3 * (1 + T) ** 2 * SLOPE / (1 + Z**2) - 2 * Z * (1 + T) ** 3 / (1 + Z**2) ** 2,
            ),
            (d(X * erf(Z / 2)), EQ, X * erf(Z / 2, 1) / 2),
            (ScalarDerivative(relu(C), C), EQ, relu(C, 1)),
            (d(X), EQ, ZERO),
        ],
        [
            (d(Z * T), EQ, Z * SLOPE),
            (d(erf(2 * Z)), EQ, erf(2 * Z, 1)),
            (d(sp.exp(Z**2)), EQ, sp.exp(Z**2)),
            (d(Z**3), EQ, 2 * Z**2),
            (d(X * Z), EQ, Z),
            (d(X), EQ, ONE),
        ],
    ),
    "a positive number": (
        [
            (ZERO, LT, C),
            (ZERO, LT, sp.exp(X)),
            (1 + X**2, Relation.GT, ZERO),
            (ZERO, LE, C / (1 + C)),
        ],
        [(ZERO, LT, X), (ZERO, LT, X**2), (ZERO, EQ, C), (C, LT, ZERO), (ONE, LT, 1 + X)],
    ),
    "the exponential below 1": (
        [(sp.exp(-C), LT, ONE), (C * sp.exp(Q), LT, C), (sp.exp(-C), LE, ONE)],
        [
            (sp.exp(C), LT, ONE),
            (sp.exp(-(X**2)), LT, ONE),
            (sp.exp(X), LT, ONE),
            (X * sp.exp(-C), LT, X),
            (sp.exp(-C), EQ, ONE),
        ],
    ),
    "the exponential at most 1": (
        [(sp.exp(-(X**2)), LE, ONE), (C * sp.exp(Q), LE, C)],
        [
            (sp.exp(X**2), LE, ONE),
            (sp.exp(-(X**2)), LT, ONE),
            (-sp.exp(-(X**2)), LE, -ONE),
            (sp.exp(X), LE, ONE),
            (ONE, LE, sp.exp(-(X**2))),
        ],
    ),
    "derivative of a constant": (
        [
            (Jacobian(W * INPUT + U, BEFORE), EQ, sp.ZeroMatrix(D, D)),
            (Jacobian(BEFORE, H), EQ, sp.ZeroMatrix(D, D)),
            (Jacobian(Preactivation("z", K, D), H), EQ, sp.ZeroMatrix(D, D)),
        ],
        [
            (Jacobian(H, H), EQ, sp.ZeroMatrix(D, D)),
            (Jacobian(W * BEFORE, BEFORE), EQ, sp.ZeroMatrix(D, D)),
            (Jacobian(U, H), EQ, sp.Identity(D)),
        ],
    ),
    "derivative of the identity": (
        [(Jacobian(H, H), EQ, sp.Identity(D))],
        [
            (Jacobian(U, H), EQ, sp.Identity(D)),
            (Jacobian(H, H), EQ, sp.ZeroMatrix(D, D)),
            (Jacobian(2 * H, H), EQ, sp.Identity(D)),
        ],
    ),
    "derivative of a sum": (
        [(Jacobian(A * H + U, H), EQ, Jacobian(A * H, H) + Jacobian(U, H))],
        [
            (Jacobian(A * H + U, H), EQ, Jacobian(A * H, H)),
            (Jacobian(A * H + B * H, H), EQ, Jacobian(A * H, H) - Jacobian(B * H, H)),
        ],
    ),
    "derivative of a linear map": (
        [(Jacobian(A * B * H, H), EQ, A * B * Jacobian(H, H))],
        [
            (Jacobian(A * H, H), EQ, Jacobian(H, H) * A.T),
            (Jacobian(A * H, H), EQ, A.T * Jacobian(H, H)),
            (Jacobian(Diagonal(H) * H, H), EQ, Diagonal(H) * Jacobian(H, H)),
        ],
    ),
    "chain rule for an elementwise function": (
        [
            (
                Jacobian(Elementwise("tanh", 0, A * H), H),
                EQ,
                Diagonal(Elementwise("tanh", 1, A * H)) * Jacobian(A * H, H),
            )
        ],
        [
            (
                Jacobian(Elementwise("tanh", 0, A * H), H),
                EQ,
                Jacobian(A * H, H) * Diagonal(Elementwise("tanh", 1, A * H)),
            ),
            (Jacobian(Elementwise("tanh", 0, A * H), H), EQ, Jacobian(A * H, H)),
            (
                Jacobian(Elementwise("tanh", 0, A * H), H),
                EQ,
                Diagonal(Elementwise("tanh", 1, H)) * Jacobian(A * H, H),
            ),
        ],
    ),
    "empty product": (
        [(product(N + 1, N), EQ, sp.Identity(D))],
        [
            (product(N + 1, N + 1), EQ, sp.Identity(D)),
            (product(N + 1, N), EQ, sp.ZeroMatrix(D, D)),
        ],
    ),
    "a product written out": (
        [
            (product(N + 1, N + 1), EQ, factor(N + 1)),
            (product(N + 1, N + 3), EQ, factor(N + 3) * factor(N + 2) * factor(N + 1)),
        ],
        [
            (product(N + 1, N + 3), EQ, factor(N + 1) * factor(N + 2) * factor(N + 3)),
            (product(N + 1, N + 3), EQ, factor(N + 3) * factor(N + 2)),
            (product(N + 1, N + 3), EQ, factor(N + 4) * factor(N + 3) * factor(N + 2)),
        ],
    ),
    "the next power": (
        [
            ((A * B) ** (N + 1), EQ, sp.MatMul(A, B, (A * B) ** N)),
            ((A * B) ** (N + 1), EQ, sp.MatMul((A * B) ** N, A, B)),
            (B * (A + B) ** COUNT, EQ, sp.MatMul(B, A + B, (A + B) ** (COUNT - 1))),
        ],
        [
            ((A * B) ** (N + 1), EQ, (A * B) ** N),
            ((A * B) ** (N + 1), EQ, B * A * (A * B) ** N),
            ((A * B) ** (N + 1), EQ, A * (A * B) ** N * B),
            ((A * B) ** (N + 2), EQ, A * B * (A * B) ** N),
        ],
    ),
    "the norm by row sums": (
        [
            (norm(A), LE, sp.sqrt(D) * inf(A)),
            (norm(U), LE, sp.sqrt(D) * inf(U)),
            (norm(U.T), LE, inf(U.T)),
        ],
        [
            (norm(U), LE, inf(U)),
            (norm(A), EQ, sp.sqrt(D) * inf(A)),
            (norm(A), LE, sp.sqrt(D) * inf(B)),
            (norm(U.T), LE, inf(U)),
        ],
    ),
    "a difference that isn't negative": (
        [
            (norm(A), LE, norm(A) + C * norm(B)),
            (C, LT, C + R),
            (1 + (N + 1) * (R - 1), LE, R * (1 + N * (R - 1))),
        ],
        [
            (norm(A), LE, norm(A) + X * norm(B)),
            (norm(A) + norm(B), LE, norm(A)),
            (C, LE, C * R),
            (C, EQ, C + R),
        ],
    ),
    "newest factor on the left": (
        [(product(1, N + 1), EQ, factor(N + 1) * product(1, N))],
        [
            (product(1, N + 1), EQ, product(1, N) * factor(N + 1)),
            (product(1, N + 1), EQ, factor(1) * product(1, N)),
            (product(1, N + 1), EQ, factor(N + 1) * product(1, N + 1)),
            (product(1, N), EQ, factor(K) * product(1, N)),
        ],
    ),
    "the norm is submultiplicative": (
        [
            (inf(A * B * U), LE, inf(A) * inf(B * U)),
            (norm(A * B), LE, norm(A) * norm(B)),
            (norm(A * B * U), LE, norm(A) * norm(B * U)),
            (norm(A) * norm(B), GE, norm(A * B)),
            (1 + 2 * norm(A * B), LE, 1 + 2 * norm(A) * norm(B)),
        ],
        [
            (inf(A * B), LE, inf(A) * norm(B)),
            (inf(A * B), EQ, inf(A) * inf(B)),
            (norm(A * B), EQ, norm(A) * norm(B)),
            (norm(A * B), GE, norm(A) * norm(B)),
            (norm(A * B), LT, norm(A) * norm(B)),
            (norm(A * B), LE, norm(A)),
            (-norm(A * B), LE, -norm(A) * norm(B)),
            (norm(A + B), LE, norm(A) * norm(B)),
        ],
    ),
    "derivative of an entrywise product": (
        [
            (
                Jacobian(Hadamard(A * H, B * H), H),
                EQ,
                Diagonal(B * H) * Jacobian(A * H, H) + Diagonal(A * H) * Jacobian(B * H, H),
            )
        ],
        [
            (
                Jacobian(Hadamard(A * H, B * H), H),
                EQ,
                Diagonal(A * H) * Jacobian(A * H, H) + Diagonal(B * H) * Jacobian(B * H, H),
            ),
            (
                Jacobian(Hadamard(A * H, B * H), H),
                EQ,
                Diagonal(B * H) * Jacobian(A * H, H) - Diagonal(A * H) * Jacobian(B * H, H),
            ),
            (
                Jacobian(Hadamard(A * H, B * H), H),
                EQ,
                Jacobian(A * H, H) * Diagonal(B * H) + Jacobian(B * H, H) * Diagonal(A * H),
            ),
        ],
    ),
    "derivative block by block": (
        [(Jacobian(Stacked(A * H, B * G), HG), EQ, BLOCKS)],
        [
            (Jacobian(Stacked(A * H, B * G), HG), EQ, Blocks(*reversed(BLOCKS.args))),
            (Jacobian(Stacked(A * H, B * G), Stacked(G, H)), EQ, BLOCKS),
            (Jacobian(Stacked(A * H, B * H), HG), EQ, BLOCKS),
        ],
    ),
    "diagonal matrices commute": (
        [
            (Diagonal(U) * Diagonal(V), EQ, Diagonal(V) * Diagonal(U)),
            (A * Diagonal(U) * Diagonal(V) * B, EQ, A * Diagonal(V) * Diagonal(U) * B),
        ],
        [
            (Diagonal(U) * A, EQ, A * Diagonal(U)),
            (Diagonal(U) * A * Diagonal(V), EQ, Diagonal(V) * A * Diagonal(U)),
            (Diagonal(U) * Diagonal(V), EQ, Diagonal(U) * Diagonal(U)),
            (Diagonal(A * U) * Diagonal(V), EQ, A * Diagonal(U) * Diagonal(V)),
        ],
    ),
    "the diagonal of a sum": (
        [(Diagonal(U + V), EQ, Diagonal(U) + Diagonal(V))],
        [(Diagonal(U + V), EQ, Diagonal(U) - Diagonal(V)), (Diagonal(A * U), EQ, A * Diagonal(U))],
    ),
    "the norm of a block matrix": (
        [(norm(Blocks(A, B, W, A)), LE, sp.sqrt(2 * norm(A) ** 2 + norm(B) ** 2 + norm(W) ** 2))],
        [
            (norm(Blocks(A, B, W, A)), LE, sp.sqrt(norm(A) ** 2 + norm(B) ** 2 + norm(W) ** 2)),
            (norm(Blocks(A, A, A, A)), LE, norm(A)),
            (norm(Blocks(A, B, W, A)), EQ, sp.sqrt(2 * norm(A) ** 2 + norm(B) ** 2)),
        ],
    ),
    "the norm of a product of numbers": (
        [
            (norm(NUMBER * OTHER), EQ, norm(NUMBER) * norm(OTHER)),
            (norm(NUMBER * OTHER * NUMBER), EQ, norm(NUMBER) ** 2 * norm(OTHER)),
        ],
        [
            (norm(A * B), EQ, norm(A) * norm(B)),
            (norm(U.T * V), EQ, norm(U.T) * norm(V)),  # 1×1, but of other factors
            (norm(NUMBER * OTHER), EQ, norm(NUMBER) + norm(OTHER)),
            (norm(2 * NUMBER * OTHER), EQ, norm(NUMBER) * norm(OTHER)),
        ],
    ),
    "the determinant is multiplicative": (
        [
            (det(A * B), EQ, det(A) * det(B)),
            (det(A * B * W), EQ, det(A) * det(B) * det(W)),
            (det(A) * det(B), EQ, det(B * A)),
        ],
        [
            (det(2 * A * B), EQ, 2 * det(A) * det(B)),
            (det(A + B), EQ, det(A) + det(B)),
            (det(A * B), EQ, det(A)),
            (det(U * V.T), EQ, det(U.T * V)),  # the factors aren't square
        ],
    ),
    "the norm is homogeneous": (
        [
            (inf(X * A), EQ, sp.Abs(X) * inf(A)),
            (norm(-2 * A), EQ, 2 * norm(A)),
            (norm(X * A), EQ, sp.Abs(X) * norm(A)),
        ],
        [
            (inf(-2 * A), EQ, -2 * inf(A)),
            (inf(2 * A), EQ, 2 * norm(A)),
            (norm(-2 * A), EQ, -2 * norm(A)),
            (norm(X * A), EQ, X * norm(A)),
        ],
    ),
    "triangle inequality": (
        [
            (inf(A + B), LE, inf(A) + inf(B)),
            (norm(A + B), LE, norm(A) + norm(B)),
            (norm(A + B + W), LE, norm(A) + norm(B) + norm(W)),
        ],
        [
            (inf(A + B), LE, inf(A)),
            (norm(A + B), GE, norm(A) + norm(B)),
            (norm(A + B), EQ, norm(A) + norm(B)),
            (norm(A + B), LE, norm(A)),
            (rho(A + B), LE, rho(A) + rho(B)),
        ],
    ),
    "reverse triangle inequality": (
        [(inf(A) - inf(B), LE, inf(A + B)), (norm(A) - norm(B), LE, norm(A + B))],
        [
            (norm(A) + norm(B), LE, norm(A + B)),
            (norm(A) - norm(B), GE, norm(A + B)),
            (norm(A) - rho(B), LE, norm(A + B)),
        ],
    ),
    "the norm of the identity": (
        [(inf(sp.Identity(D)), EQ, ONE), (norm(sp.Identity(D)), EQ, ONE), (norm(A**0), EQ, ONE)],
        [
            (inf(2 * sp.Identity(D)), EQ, ONE),
            (norm(2 * sp.Identity(D)), EQ, ONE),
            (norm(A), EQ, ONE),
            (norm(sp.Identity(D)), EQ, ZERO),
        ],
    ),
    "the smallest singular value is supermultiplicative": (
        [
            (least(A) * least(B), LE, least(A * B)),
            (least(A) * least(B), LE, least(B * A)),
            (least(A * B * W), GE, least(A) * least(B) * least(W)),
            (C * least(A) * least(B), LE, C * least(A * B)),
        ],
        [
            (least(A * B), LE, least(A) * least(B)),
            (least(A) * least(B), EQ, least(A * B)),
            (least(A) * least(B), LT, least(A * B)),
            (least(A) * norm(B), LE, least(A * B)),
            (-least(A) * least(B), LE, -least(A * B)),
        ],
    ),
    "the smallest singular value of the identity": (
        [(least(sp.Identity(D)), EQ, ONE), (least(A**0), EQ, ONE)],
        [(least(2 * sp.Identity(D)), EQ, ONE), (least(A), EQ, ONE)],
    ),
    "the norm dominates the smallest singular value": (
        [(least(A), LE, norm(A)), (norm(A), GE, least(A))],
        [
            (norm(A), LE, least(A)),
            (least(A), LT, norm(A)),
            (least(A), EQ, norm(A)),
            (least(A), LE, norm(B)),
        ],
    ),
    "spectral mapping": (
        [(rho(A) ** N, EQ, rho(A**N))],
        [
            (rho(A) ** N, EQ, rho(A ** (N + 1))),
            (rho(A * B), EQ, rho(A) * rho(B)),
            (norm(A) ** N, EQ, norm(A**N)),
        ],
    ),
    "the norm dominates the spectral radius": (
        [(rho(A), LE, norm(A)), (rho(A), LE, inf(A)), (rho(A) ** N, LE, norm(A) ** N)],
        [
            (inf(A), LE, rho(A)),
            (norm(A), LE, rho(A)),
            (rho(A), EQ, norm(A)),
            (rho(A), LT, norm(A)),
            (rho(A), LE, norm(B)),
            (-rho(A), LE, -norm(A)),
        ],
    ),
    "the Cauchy–Schwarz inequality": (
        [
            (tr(U.T * V), LE, norm(U) * norm(V)),
            (tr(U.T * A * V), LE, norm(U) * norm(A * V)),
            (C * tr(U.T * V), LE, C * norm(U) * norm(V)),
        ],
        [
            (-tr(U.T * V), LE, -norm(U) * norm(V)),
            (tr(U.T * V), EQ, norm(U) * norm(V)),
            (tr(U.T * V), LE, norm(U) * norm(U) / 2),
            (tr(A * A.T), LE, norm(A) * norm(A)),
        ],
    ),
    "a norm is at least 0": (
        [(ZERO, LE, norm(A)), (ZERO, LE, norm(A) ** 2 + C), (norm(A), GE, ZERO)],
        [(ZERO, LE, norm(A) - norm(B)), (ONE, LE, norm(A)), (ZERO, LE, X), (ZERO, LE, tr(A))],
    ),
    "the spectral radius of a rotated product": (
        [(rho(A * B), EQ, rho(B * A)), (rho(A * B * W), EQ, rho(W * A * B))],
        [(rho(A * B * W), EQ, rho(A * W * B)), (rho(A * B), EQ, rho(A) * rho(B))],
    ),
    "the moduli of a scaled matrix": (
        [
            (rho(moduli(DU * A * DU.I)), EQ, rho(moduli(A))),
            (rho(moduli(DU * A * B * DU.I)), EQ, rho(moduli(A * B))),
        ],
        [
            (rho(moduli(DU * A * DV.I)), EQ, rho(moduli(A))),
            (rho(moduli(DU * A)), EQ, rho(moduli(A))),
            (rho(moduli(B * A * B.I)), EQ, rho(moduli(A))),
            (rho(moduli(A)), EQ, rho(A)),
        ],
    ),
    "the row sums of the moduli": (
        [(inf(moduli(A)), EQ, inf(A)), (inf(moduli(A * B)), EQ, inf(A * B))],
        [
            (norm(moduli(A)), EQ, norm(A)),
            (inf(moduli(A) * moduli(B)), EQ, inf(A * B)),
            (rho(moduli(A)), EQ, rho(A)),
        ],
    ),
    "algebra of traces": (
        [(tr(A * B), EQ, tr(B * A)), (tr(U.T * A * V), EQ, tr(V.T * A.T * U)), (tr(A**0), EQ, D)],
        [
            (tr(A * B * W), EQ, tr(A * W * B)),
            (tr(A * B), EQ, tr(A) * tr(B)),
            (tr(U.T * A * V), EQ, tr(V.T * A * U)),
        ],
    ),
    "the norm of a real vector by its form": (
        [(norm(V) ** 2, EQ, tr(V.T * V)), (tr(V.T * V), EQ, norm(V) ** 2)],
        [
            (norm(A) ** 2, EQ, tr(A.T * A)),
            (norm(V) ** 2, EQ, tr(U.T * V)),
            (norm(V), EQ, tr(V.T * V)),
        ],
    ),
    "differential of a constant": (
        [
            (moved(A * U), EQ, sp.ZeroMatrix(D, 1)),
            (moved(H0), EQ, sp.ZeroMatrix(D, 1)),
            (moved(H, start=K), EQ, sp.ZeroMatrix(D, 1)),
            (moved(INPUT), EQ, sp.ZeroMatrix(D, 1)),
        ],
        [
            (moved(W * U), EQ, sp.ZeroMatrix(D, 1)),
            (moved(A * W * U), EQ, sp.ZeroMatrix(D, 1)),
            (moved(phi(0, W * U)), EQ, sp.ZeroMatrix(D, 1)),
            (moved(U, U, TURN), EQ, sp.ZeroMatrix(D, 1)),
        ],
    ),
    "differential of the parameter": (
        [(moved(U, U, TURN), EQ, TURN)],
        [(moved(2 * U, U, TURN), EQ, TURN), (moved(V, U, TURN), EQ, TURN)],
    ),
    "differential of a sum": (
        [(moved(W * U + H0), EQ, moved(W * U) + moved(H0))],
        [
            (moved(W * U + H0), EQ, moved(H0)),
            (moved(W * U + W * V), EQ, moved(W * U) - moved(W * V)),
        ],
    ),
    "differential of a product": (
        [
            (moved(W * H0), EQ, MOVE * H0 + W * moved(H0)),
            (moved(2 * A * W * H0), EQ, 2 * A * MOVE * H0 + 2 * A * W * moved(H0)),
            (
                moved(sp.MatMul(W, W, U)),
                EQ,
                sp.MatMul(MOVE, W, U) + sp.MatMul(W, MOVE, U) + sp.MatMul(W, W, moved(U)),
            ),
            (moved(A * U, U, TURN), EQ, A * moved(U, U, TURN)),
        ],
        [
            (moved(W * U), EQ, W * moved(U)),
            (moved(W * U), EQ, U * sp.MatMul(U.T, MOVE, U)),
            (moved(sp.MatMul(W, W, U)), EQ, 2 * sp.MatMul(W, MOVE, U)),
            (moved(sp.MatMul(Diagonal(W * U), V)), EQ, sp.MatMul(Diagonal(W * U), moved(V))),
            (moved(sp.MatMul(W.T, U)), EQ, sp.MatMul(W.T, moved(U))),
        ],
    ),
    "differential of an elementwise function": (
        [(moved(phi(0, W * U)), EQ, Diagonal(phi(1, W * U)) * moved(W * U))],
        [
            (moved(phi(0, W * U)), EQ, Diagonal(phi(0, W * U)) * moved(W * U)),
            (moved(phi(0, W * U)), EQ, moved(W * U)),
        ],
    ),
    "gradient and differential": (
        [
            (
                tr(Gradient(loss(W * U), W, 0).T * MOVE),
                EQ,
                tr(nabla(W * U).T * moved(W * U)),
            ),
            (
                tr(Gradient(loss(H), U, K).T * TURN),
                EQ,
                tr(nabla(H).T * moved(H, U, TURN, K)),
            ),
        ],
        [
            (tr(Gradient(loss(W * U), W, 0).T * MOVE), EQ, tr(nabla(U).T * moved(W * U))),
            (tr(Gradient(loss(W * U), W, 0) * MOVE), EQ, tr(nabla(W * U).T * moved(W * U))),
            (
                tr(Gradient(loss(W * U, 0), W, 0).T * MOVE),
                EQ,
                tr(nabla(W * U, 1).T * moved(W * U)),
            ),
        ],
    ),
    "gradient of a sum": (
        [
            (
                Gradient(count(loss(W * FED, BOUND_INDEX)), W, 0),
                EQ,
                total(Gradient(loss(W * FED, BOUND_INDEX), W, 0)),
            )
        ],
        [
            (
                Gradient(count(loss(W * FED, BOUND_INDEX)), W, 0),
                EQ,
                total(Gradient(loss(W * FED, 1), W, 0)),
            )
        ],
    ),
    "empty sum": (
        [
            (total(A, N + 1, N), EQ, sp.ZeroMatrix(D, D)),
            (count(norm(A), N + 1, N), EQ, ZERO),
        ],
        [(total(A, N + 1, N + 1), EQ, sp.ZeroMatrix(D, D)), (total(A, 1, N), EQ, A - A)],
    ),
    "last term split off": (
        [
            (total(FED, 1, N + 1), EQ, total(FED) + Input("x", N + 1, D)),
            (count(norm(FED), 1, N + 1), EQ, count(norm(FED)) + norm(Input("x", N + 1, D))),
        ],
        [
            (total(FED, 1, N + 1), EQ, total(FED) + Input("x", N, D)),
            (total(FED, 1, N + 1), EQ, total(FED, 1, N + 1) + Input("x", N + 1, D)),
            (total(FED, 1, N + 1), EQ, total(FED)),
        ],
    ),
    "constant factors in a sum": (
        [
            (A * total(FED), EQ, total(A * FED)),
            (sp.MatMul(2, total(FED), U.T), EQ, total(sp.MatMul(2, FED, U.T))),
        ],
        [
            (sp.MatMul(A, total(FED)), EQ, total(FED)),
            (sp.MatMul(total(A), B), EQ, total(B * A)),
            (total(FED) * 2, EQ, total(4 * FED)),
        ],
    ),
    "transpose of a sum": (
        [(sp.Transpose(total(FED)), EQ, total(sp.Transpose(FED)))],
        [(sp.Transpose(total(A)), EQ, total(A))],
    ),
    "trace of a sum": (
        [(tr(total(A)), EQ, count(tr(A))), (count(tr(A)), EQ, tr(total(A)))],
        [(tr(total(A)), EQ, tr(A)), (tr(total(A)), EQ, count(tr(2 * A)))],
    ),
    "limit of the roots of a geometric sequence": (
        [(limit((C * R**COUNT) ** (1 / COUNT), COUNT), EQ, R)],
        [
            (limit((C * R**COUNT) ** (1 / COUNT), COUNT), EQ, C * R),
            (limit(C * R**COUNT, COUNT), EQ, R),
            (limit((rho(A) * R**COUNT) ** (1 / COUNT), COUNT), EQ, R),
        ],
    ),
    "limit of a constant": (
        [(limit(norm(A)), EQ, norm(A)), (norm(A), EQ, limit(norm(A)))],
        [(limit(norm(A**N)), EQ, norm(A**N)), (limit(norm(A)), EQ, norm(B))],
    ),
    "a real number is finite": (
        [(norm(A), LT, sp.oo), (X, LT, sp.oo)],
        [(limit(norm(A**N)), LT, sp.oo), (norm(A), EQ, sp.oo), (norm(A), LT, X), (sp.oo, LT, X)],
    ),
}


def test_every_law_of_the_catalogue_is_tried():
    assert set(INSTANCES) == set(CATALOGUE)
    assert all(true and false for true, false in INSTANCES.values())


@pytest.mark.parametrize(
    ("name", "instance"),
    [(name, instance) for name, (true, _) in INSTANCES.items() for instance in true],
    ids=str,
)
def test_a_true_instance_is_accepted_and_survives_numbers(name, instance):
    step = Step(*instance, CATALOGUE[name])
    try:
        assert find_counterexample(step.proposition, trials=10) is None
    except NotNumericError:
        sides = (instance[0], instance[2])
        assert any(
            side is sp.oo
            or side.atoms(LimitSuperior)
            or any(inner.function.atoms(ScalarDerivative) for inner in side.atoms(ScalarDerivative))
            for side in sides
        )


@pytest.mark.parametrize(
    ("name", "instance"),
    [(name, instance) for name, (_, false) in INSTANCES.items() for instance in false],
    ids=str,
)
def test_a_near_miss_is_refused_by_that_law(name, instance):
    with pytest.raises(StepRefusedError) as refused:
        Step(*instance, CATALOGUE[name])
    error = refused.value
    assert error.law == name
    assert Proposition(*instance).problem() is None, "the law refuses, not the vocabulary"
    limits = any(side.atoms(LimitSuperior) or side is sp.oo for side in instance[::2])
    undefined = any(side.atoms(Jacobian) and H in side.atoms(State) for side in instance[::2])
    strict = (name, instance[1]) in {("algebra", LE), ("algebra of traces", LE)}
    if not (limits or undefined or strict):
        assert error.counterexample is not None, "a near miss is false, not merely another truth"


def test_the_listing_names_every_law():
    assert [entry["name"] for entry in law_listing()] == list(CATALOGUE)
    assert all(entry["statement"] for entry in law_listing())


def test_laws_refuse_by_themselves_what_the_vocabulary_refuses_too():
    law = geometric_limit(Hypothesis.of(X, LT, ONE))
    assert law.refuses(limit(X**N), EQ, ZERO) is not None
    mapping = CATALOGUE["spectral mapping"]
    assert mapping.refuses(rho(A ** (N - 1)), EQ, rho(A) ** (N - 1)) is not None


@pytest.mark.parametrize("middle", [H, State("h", K + 1, D), State("h", K + 2, D)], ids=str)
def test_the_chain_rule_goes_through_any_state_between_and_at_the_ends(middle):
    last = State("h", K + 2, D)
    law = chain_rule_through(middle)
    assert Step(Jacobian(last, H), EQ, Jacobian(last, middle) * Jacobian(middle, H), law)


def test_the_limit_of_a_geometric_sequence_needs_its_hypothesis():
    law = geometric_limit(Hypothesis.of(R, LT, ONE))
    step = Step(limit(C * R**N), EQ, ZERO, law)
    assert [str(hypothesis) for hypothesis in step.hypotheses] == ["r < 1"]
    for other in (Hypothesis.of(R, LE, ONE), Hypothesis.of(R, LT, sp.Integer(2))):
        with pytest.raises(StepRefusedError, match="limit of a geometric sequence"):
            Step(limit(C * R**N), EQ, ZERO, geometric_limit(other))
    with pytest.raises(StepRefusedError, match="limit of a geometric sequence"):
        Step(limit(C**N), EQ, ZERO, law)


def test_a_reversed_equation_is_an_instance_too_but_a_reversed_inequality_is_not():
    assert Step(rho(A**N), EQ, rho(A) ** N, CATALOGUE["spectral mapping"])
    assert Proposition(rho(A), LE, norm(A)).relation is LE
    with pytest.raises(StepRefusedError):
        Step(norm(A), LE, rho(A), CATALOGUE["the norm dominates the spectral radius"])
