"""Lines 190–303: visualizing gradient flow."""

import functools
import math
from pathlib import Path

import numpy as np

from gradproof import close, exactly, floating
from gradproof.audit import Kind, Reading, Section, Statement, decides, measures
from gradproof.experiments.record import load_record
from gradproof.experiments.seeded_records import flow, flow_of_seed_42
from gradproof.gradients.network import ElmanNetwork, forward
from gradproof.gradients.products import vector_jacobian_product

DATA = Path(__file__).parent / "data"


@functools.cache
def results():
    return load_record("gradient_flow", DATA).results


def norms() -> list[float]:
    return list(flow_of_seed_42().norms)


@functools.cache
def norms_again() -> list[float]:
    """‖∂L/∂h_t‖ in float64, from the recorded weights and inputs, by scaled products."""
    run = results()["seed_42"]["run"]
    inputs = np.array(run["inputs"])
    network = ElmanNetwork(run["recurrent"], run["input"], np.zeros(20))
    trajectory = forward(network, np.zeros(20), inputs)
    output = np.array(run["output"])[0]
    target = inputs[:5].sum()
    cotangent = 2 * (output @ trajectory.states[-1] - target) * output
    return [
        math.exp(vector_jacobian_product(network, trajectory, cotangent, start=t).log_norm())
        for t in range(1, 31)
    ]


def both_computations_agree() -> None:
    # Products of 29 float32 matrices of size 20: some 600 roundings of 2⁻²⁴ each.
    relative = np.abs(np.array(norms()) / np.array(norms_again()) - 1)
    assert relative.max() < 1e-4, f"they differ by {relative.max():.2g}"


def straightness() -> float:
    """Return R² of the line through log‖∂L/∂h_t‖ over t."""
    t = np.arange(1, 31)
    logs = np.log(norms())
    return float(np.corrcoef(t, logs)[0, 1] ** 2)


def ratio() -> float:
    return norms()[-1] / norms()[0]


#: What lines 267–297 call, in their order.
CALLS = ("zero_grad", "zeros", "tanh", "retain_grad", "backward", "norm", "append")

SECTION = Section(
    "Visualizing gradient flow",
    (190, 303),
    (
        Statement(
            "code-is-the-recurrence",
            (203, 235),
            "h = torch.tanh(self.W_xh(x[:, t]) + self.W_hh(h))",
            Kind.CODE,
            decides(
                "the gradients of this code are those of h_t = tanh(W h_{t−1} + U x_t)",
                lambda: floating(
                    both_computations_agree,
                    about="autograd in float32 and scaled products in float64 agree to 1e-4 at all "
                    "30 steps",
                ),
            ),
            because="the recurrence of line 35 with b = 0 (bias=False)",
        ),
        Statement(
            "smaller-weights-avoid-explosion",
            (213, 215),
            "Initialize with smaller weights to avoid immediate explosion",
            Kind.CAUSE,
            measures(
                "the least ratio of last to first gradient over 200 seeds, with gain 1,",
                lambda: flow(1.0, which="least"),
                "<",
                1.0,
            ),
            corrected=Reading(
                "With Xavier's own gain 1 nothing explodes in 200 seeds: the median ratio of last "
                "to first gradient is 2.6e4. Halving the weights makes it 1.2e12.",
                decides(
                    "the medians",
                    lambda: floating(
                        lambda: close(
                            [
                                flow(1.0),
                                flow(0.5),
                            ],
                            [2.6e4, 1.2e12],
                            tolerance=[1e3, 1e11],
                            because="two digits",
                        ),
                        about="median ratios of 200 seeds at gains 1 and 0.5",
                    ),
                ),
            ),
            because="with gain 1 the gradient explodes for none of 200 seeds; gain 0.5 makes it "
            "vanish",
        ),
        Statement(
            "target-is-sum-of-first-inputs",
            (250, 251),
            "Target depends on sum of first few inputs (long-range dependency)",
            Kind.CODE,
            decides(
                "x[:, :5].sum() is the sum of the 25 numbers of steps 1 to 5",
                lambda: exactly(
                    np.arange(150).reshape(1, 30, 5)[:, :5].sum() == sum(range(25)),
                    about="for x = 0, 1, …, 149 it is 0 + … + 24",
                ),
            ),
        ),
        Statement(
            "uses-hooks",
            (263, 263),
            "We'll use PyTorch hooks to capture gradient magnitudes at each timestep.",
            Kind.CODE,
            decides(
                "the code registers a hook",
                lambda: exactly(
                    any("hook" in call for call in CALLS),
                    about=f"a hook among the calls of lines 267–297: {', '.join(CALLS)}",
                ),
            ),
            loosely=Reading(
                "it has PyTorch keep the gradients of intermediate tensors",
                decides(
                    "the code calls retain_grad",
                    lambda: exactly("retain_grad" in CALLS, about="retain_grad, line 278"),
                ),
            ),
            corrected=Reading(
                "The code calls retain_grad() on each state and reads .grad.",
                decides(
                    "the code calls retain_grad",
                    lambda: exactly("retain_grad" in CALLS, about="retain_grad, line 278"),
                ),
            ),
            because="no hook is registered: retain_grad() keeps the gradients",
        ),
        Statement(
            "measures-each-step",
            (268, 293),
            "Measure gradient magnitudes at each timestep.",
            Kind.CODE,
            decides(
                "the norms of ∂L/∂h_t are those of vᵀΦ(30, t)",
                lambda: floating(both_computations_agree, about="two computations, 30 steps"),
            ),
        ),
        Statement(
            "figure-decreases-exponentially",
            (300, 300),
            "gradient magnitudes decreasing exponentially from timestep 30 back to timestep 1",
            Kind.FIGURE,
            measures("R² of a line through the logarithms", straightness, ">", 0.98),
        ),
        Statement(
            "ratio-exceeds-ten-thousand",
            (301, 301),
            "a ratio of last-to-first gradient exceeding 10^4",
            Kind.FIGURE,
            measures("the ratio", ratio, ">", 1e4),
            because="the seed that is given reproduces 6.6e11, 10⁷ times the bound",
        ),
        Statement(
            "nearly-impossible-to-learn",
            (301, 301),
            "making it nearly impossible to learn dependencies on inputs from the beginning of the "
            "sequence",
            Kind.CAUSE,
            because="the network isn't trained here; one gradient at the start doesn't tell what "
            "is learned",
        ),
        Statement(
            "late-gradients-larger",
            (303, 303),
            "Gradients at the final timesteps are orders of magnitude larger than those at early "
            "timesteps.",
            Kind.EXPERIMENT,
            measures("the ratio of step 30 to step 1", ratio, ">", 100),
        ),
        Statement(
            "information-washed-away",
            (303, 303),
            "Any information about how early inputs should influence the output is washed away by "
            "this exponential decay.",
            Kind.IMPOSSIBILITY,
            measures(
                "the relative error of float32 autograd at step 1",
                lambda: abs(norms()[0] / norms_again()[0] - 1),
                ">",
                0.1,
            ),
            loosely=Reading(
                "In float32 a sum with the gradient of the last step, as ∂L/∂W is one, keeps no "
                "digit of it: it is smaller by more than 2²⁴",
                measures("the ratio of step 30 to step 1", ratio, ">", 2**24),
            ),
            corrected=Reading(
                "The gradient at step 1 has the size 1.5e-11 and is right to four digits in "
                "float32: it is small, not lost. It is lost in a sum with those of late steps.",
                measures(
                    "the relative error of float32 autograd at step 1",
                    lambda: abs(norms()[0] / norms_again()[0] - 1),
                    "<",
                    1e-4,
                ),
            ),
            because="small, and lost in a sum with late ones; alone it is right to four digits, "
            "even in float32",
        ),
    ),
)
