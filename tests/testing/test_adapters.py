"""Autograd of PyTorch and JAX under test: right passes, a wrong backward pass is found."""

import builtins

import numpy as np
import pytest

from gradproof.errors import MissingProgramError
from gradproof.testing import check_jacobian, from_jax, from_torch

W = np.array([[0.5, -1.0], [0.25, 0.75]])


@pytest.mark.parametrize("scale", [1.0, 1e-3])
def test_pytorch(scale):
    torch = pytest.importorskip("torch")
    weight = torch.from_numpy(scale * W)

    def run(h):
        for _ in range(5):
            h = torch.tanh(weight.to(h.dtype) @ h)
        return h

    report = check_jacobian(*from_torch(run), [0.3, -0.2])
    assert report.status.value == "pass", str(report)
    assert report.evidence[0].method == "complex step"

    class Wrong(torch.autograd.Function):
        @staticmethod
        def forward(context, z):
            context.save_for_backward(z)
            return torch.tanh(z)

        @staticmethod
        def backward(context, gradient):
            (z,) = context.saved_tensors
            return -gradient * (1 - torch.tanh(z) ** 2)

    def wrong(h):
        for _ in range(5):
            h = Wrong.apply(weight.to(h.dtype) @ h)
        return h

    report = check_jacobian(*from_torch(wrong), [0.3, -0.2])
    assert report.status.value == "fail"
    assert report.cause == "the sign: every entry has the opposite one"


def test_jax():
    jax = pytest.importorskip("jax")

    def run(h):
        for _ in range(5):
            h = jax.numpy.tanh(jax.numpy.asarray(W) @ h)
        return h

    report = check_jacobian(*from_jax(run), [0.3, -0.2])
    assert report.status.value == "pass", str(report)

    @jax.custom_jvp
    def wrong_tanh(z):
        return jax.numpy.tanh(z)

    @wrong_tanh.defjvp
    def _(primals, tangents):
        value = jax.numpy.tanh(primals[0])
        return value, 1.005 * (1 - value**2) * tangents[0]

    _, jacobian = from_jax(lambda h: wrong_tanh(jax.numpy.asarray(W) @ h))
    report = check_jacobian(
        from_jax(lambda h: jax.numpy.tanh(jax.numpy.asarray(W) @ h))[0], jacobian, [0.3, -0.2]
    )
    assert report.status.value == "fail"
    assert "1.005" in report.cause


@pytest.mark.parametrize(("adapter", "name"), [(from_torch, "PyTorch"), (from_jax, "JAX")])
def test_what_is_missing_is_named(adapter, name, monkeypatch):
    real = builtins.__import__

    def without(module, *arguments):
        if module in ("torch", "jax"):
            raise ImportError
        return real(module, *arguments)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingProgramError, match=f"{name} isn't installed"):
        adapter(np.sin)
