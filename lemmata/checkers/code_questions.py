"""The questions that are answered with a torch function: signatures, inputs, right values.

The right values are worked out in decimal numbers of 50 digits, by the definitions, for one element
of the batch at a time; torch has no part in it. Gradients are differences of those values over a
step so small that what they neglect is far below any tolerance.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any, TypeAlias

Number: TypeAlias = Decimal
Vector: TypeAlias = list[Decimal]
Matrix: TypeAlias = list[Vector]
Values: TypeAlias = Any  # a number, or nested lists of numbers; None where any value is right


@dataclass(frozen=True)
class Tensor:
    """An input: a shape, whose first entries may be those of the batch, and its entries in rows."""

    shape: tuple[int, ...]
    data: tuple[float, ...]
    whole: bool = False


@dataclass(frozen=True)
class Layer:
    """The function `u -> tanh(u W + b)`, for an input that is a function."""

    weight: Tensor
    bias: Tensor


Argument: TypeAlias = Tensor | Layer | float | int | bool


@dataclass(frozen=True)
class Case:
    """One call: the shape of its batch, and its arguments in the order of the signature."""

    batch: tuple[int, ...]
    arguments: tuple[Argument, ...]


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes:
        signature: As the answer sheet prints it.
        names: Of the arguments.
        cores: For each tensor among the arguments, how many dimensions it has beside the batch;
            None for other arguments.
        results: For each value, how many dimensions it has beside the batch.
        right: The values for one element of the batch, from its arguments.
        cases: Inputs of the declared domain.
        gradients: Whether gradients are compared too.
        free: Whether the entries of the tensors may be changed one by one.
    """

    signature: str
    names: tuple[str, ...]
    cores: tuple[int | None, ...]
    results: tuple[int, ...]
    right: Callable[..., Sequence[Values]]
    cases: Callable[[random.Random], Iterator[Case]]
    gradients: bool = False
    free: bool = True


# -------------------------------------------------------------------------- right values

ONE, HALF = Decimal(1), Decimal("0.5")


def _sum(values: Sequence[Decimal]) -> Decimal:
    return sum(values, Decimal(0))


def _gaussian_kl(mu: Vector, logvar: Vector) -> Sequence[Values]:
    pairs = zip(mu, logvar, strict=True)
    return [HALF * _sum([v.exp() + m * m - ONE - v for m, v in pairs])]


def _gaussian_kl_general(
    mu_q: Vector, logvar_q: Vector, mu_p: Vector, logvar_p: Vector
) -> Sequence[Values]:
    rows = zip(mu_q, logvar_q, mu_p, logvar_p, strict=True)
    terms = [vp - vq - ONE + (vq.exp() + (mq - mp) ** 2) / vp.exp() for mq, vq, mp, vp in rows]
    return [HALF * _sum(terms)]


def _relative_entropy(p: Vector, q: Vector) -> Decimal:
    return _sum([a * (a / b).ln() for a, b in zip(p, q, strict=True) if a])


def _jsd(p: Vector, q: Vector) -> Sequence[Values]:
    middle = [(a + b) / 2 for a, b in zip(p, q, strict=True)]
    return [HALF * (_relative_entropy(p, middle) + _relative_entropy(q, middle))]


def _optimal_discriminator(p: Vector, p_g: Vector) -> Sequence[Values]:
    return [[a / (a + b) if a + b else None for a, b in zip(p, p_g, strict=True)]]


def _softmax(scores: Vector) -> Vector:
    top = max(scores)
    powers = [(score - top).exp() for score in scores]
    total = _sum(powers)
    return [power / total for power in powers]


def _cross_entropy_grad(logits: Vector, target: Decimal) -> Sequence[Values]:
    softmax = _softmax(logits)
    return [[p - ONE if index == target else p for index, p in enumerate(softmax)]]


def _discounted(values: Sequence[Decimal], rate: Decimal) -> Vector:
    """For each place, the sum of what follows, each step further multiplied by the rate."""
    found: Vector = []
    total = Decimal(0)
    for value in reversed(values):
        total = value + rate * total
        found.append(total)
    return found[::-1]


def _reward_to_go(rewards: Vector, gamma: Decimal) -> Sequence[Values]:
    return [_discounted(rewards, gamma)]


def _gae(rewards: Vector, values: Vector, gamma: Decimal, lam: Decimal) -> Sequence[Values]:
    errors = [r + gamma * values[t + 1] - values[t] for t, r in enumerate(rewards)]
    return [_discounted(errors, gamma * lam)]


def _tanh(value: Decimal) -> Decimal:
    power = (2 * value).exp()
    return (power - ONE) / (power + ONE)


def _layer(u: Vector, weight: Matrix, bias: Vector) -> Vector:
    columns = zip(*weight, strict=True)
    return [_tanh(_dot(u, list(column)) + b) for column, b in zip(columns, bias, strict=True)]


def _dot(left: Vector, right: Vector) -> Decimal:
    return _sum([a * b for a, b in zip(left, right, strict=True)])


def _coupling(z: Vector, d: int, layer: tuple[Matrix, Vector]) -> Sequence[Values]:
    h = _layer(z[:d], *layer)
    moved = [scale.exp() * old + scale for scale, old in zip(h, z[d:], strict=True)]
    return [z[:d] + moved, _sum(h)]


def _vq_update(codebook: Matrix, x: Matrix, eta: Decimal) -> Sequence[Values]:
    codes = [list(code) for code in codebook]
    for sample in x:
        distances = [_sum([(e - s) ** 2 for e, s in zip(c, sample, strict=True)]) for c in codes]
        nearest = distances.index(min(distances))
        pairs = zip(codes[nearest], sample, strict=True)
        codes[nearest] = [e - eta * 2 * (e - s) for e, s in pairs]
    return [codes]


def _attention(q: Matrix, k: Matrix, v: Matrix, causal: bool) -> Sequence[Values]:
    scale = Decimal(len(q[0])).sqrt()
    rows = []
    for i, query in enumerate(q):
        seen = k[: i + 1] if causal else k
        weights = _softmax([_dot(query, key) / scale for key in seen])
        rows.append([_dot(weights, list(c)) for c in zip(*v[: len(seen)], strict=True)])
    return [rows]


def _batchnorm_backward(dout: Matrix, x: Matrix, gamma: Vector, eps: Decimal) -> Sequence[Values]:
    count = len(x)
    columns_dx, dgamma, dbeta = [], [], []
    for g, outs, ins in zip(gamma, zip(*dout, strict=True), zip(*x, strict=True), strict=True):
        mean = _sum(ins) / count
        root = (_sum([(value - mean) ** 2 for value in ins]) / count + eps).sqrt()
        normal = [(value - mean) / root for value in ins]
        along = _sum([o * n for o, n in zip(outs, normal, strict=True)])
        dgamma.append(along)
        dbeta.append(_sum(outs))
        columns_dx.append(
            [
                g / root * (o - _sum(outs) / count - n * along / count)
                for o, n in zip(outs, normal, strict=True)
            ]
        )
    return [[list(row) for row in zip(*columns_dx, strict=True)], dgamma, dbeta]


def _value_iteration(
    transitions: list[Matrix], r: Matrix, gamma: Decimal, steps: int
) -> Sequence[Values]:
    found = [[Decimal(0) for _ in row] for row in r]
    for _ in range(steps):
        best = [max(row) for row in found]
        found = [
            [reward + gamma * _dot(law, best) for reward, law in zip(row, laws, strict=True)]
            for row, laws in zip(r, transitions, strict=True)
        ]
    return [found]


# -------------------------------------------------------------------------- inputs


def _size(shape: Sequence[int]) -> int:
    size = 1
    for length in shape:
        size *= length
    return size


def _given(*data: float, shape: tuple[int, ...] | None = None) -> Tensor:
    return Tensor(shape or (len(data),), data)


def _normal(rng: random.Random, *shape: int, scale: float = 1.0) -> Tensor:
    # Three digits are enough to be generic, and are read easily in a counterexample.
    data = tuple(round(scale * rng.gauss(0, 1), 3) for _ in range(_size(shape)))
    return Tensor(shape, data)


def _laws(rng: random.Random, *shape: int, zeros: bool = False) -> Tensor:
    """Probabilities that sum to 1 over the last dimension: eighths, so that they do exactly."""
    data: list[float] = []
    for _ in range(_size(shape[:-1])):
        places = list(range(shape[-1]))
        if zeros and len(places) > 1:
            places.remove(rng.choice(places))
        counts = [0] * shape[-1]
        for step in range(16):
            counts[places[step] if step < len(places) else rng.choice(places)] += 1
        data += [count / 16 for count in counts]
    return Tensor(shape, tuple(data))


BATCHES: tuple[tuple[int, ...], ...] = ((), (2,), (1, 3), (2, 1, 2))


def _gaussian_cases(rng: random.Random, pairs: int) -> Iterator[Case]:
    zero, one = _given(0.0), _given(1.0)
    corners = [(zero, zero), (one, zero), (zero, one)]
    for number in range(len(corners) ** pairs):
        chosen = [corners[number // len(corners) ** k % len(corners)] for k in range(pairs)]
        yield Case((), tuple(each for pair in chosen for each in pair))
    for m in (2, 3):
        for batch in BATCHES:
            yield Case(batch, tuple(_normal(rng, *batch, m) for _ in range(2 * pairs)))
    for logvar in (-14.0, 6.0):  # small and large deviations
        yield Case((), (_given(0.5), _given(logvar)) * pairs)
    if pairs == 1:
        yield Case((), (_given(100.0), _given(-30.0)))


def _gaussian_kl_cases(rng: random.Random) -> Iterator[Case]:
    yield from _gaussian_cases(rng, 1)


def _gaussian_kl_general_cases(rng: random.Random) -> Iterator[Case]:
    yield from _gaussian_cases(rng, 2)


def _two_laws(rng: random.Random) -> Iterator[Case]:
    certain, other, fair = _given(1.0, 0.0), _given(0.0, 1.0), _given(0.5, 0.5)
    for p in (certain, fair):
        for q in (certain, other, fair, _given(0.25, 0.75)):
            yield Case((), (p, q))
    for x in (2, 3, 5):
        for batch in BATCHES:
            for zeros in (False, True):
                laws = [_laws(rng, *batch, x, zeros=zeros) for _ in range(2)]
                yield Case(batch, tuple(laws))


def _cross_entropy_cases(rng: random.Random) -> Iterator[Case]:
    def target(batch: tuple[int, ...], k: int) -> Tensor:
        chosen = tuple(rng.randrange(k) for _ in range(_size(batch)))
        return Tensor(batch, chosen, whole=True)

    for logits in ((0.0, 0.0), (1.0, 0.0), (1e4, 0.0), (-1e4, 1e4), (1e4, 1e4, -1e4)):
        yield Case((), (_given(*logits), target((), len(logits))))
    for k in (2, 3, 5):
        for batch in BATCHES:
            yield Case(batch, (_normal(rng, *batch, k, scale=2), target(batch, k)))
            yield Case(batch, (_normal(rng, *batch, k, scale=1e4), target(batch, k)))


def _reward_cases(rng: random.Random) -> Iterator[Case]:
    yield Case((), (_given(1.0), 0.5))
    for gamma in (0.5, 0.9, 1.0):
        yield Case((), (_given(0.0, 1.0), gamma))
        for batch in BATCHES:
            yield Case(batch, (_normal(rng, *batch, rng.choice((2, 3, 6))), gamma))


def _gae_cases(rng: random.Random) -> Iterator[Case]:
    for gamma in (0.0, 0.9, 1.0):
        for lam in (0.0, 0.5, 1.0):
            yield Case((), (_given(1.0), _given(0.0, 1.0), gamma, lam))
            for batch in BATCHES[:3]:
                t = rng.choice((2, 3, 5))
                rewards, values = _normal(rng, *batch, t), _normal(rng, *batch, t + 1)
                yield Case(batch, (rewards, values, gamma, lam))


def _coupling_cases(rng: random.Random) -> Iterator[Case]:
    for n, d in ((2, 1), (3, 1), (3, 2), (4, 2), (5, 2)):
        for batch in BATCHES:
            layer = Layer(_normal(rng, d, n - d), _normal(rng, n - d))
            yield Case(batch, (_normal(rng, *batch, n), d, layer))


def _vq_cases(rng: random.Random) -> Iterator[Case]:
    yield Case((), (_given(0.0, 2.0, shape=(2, 1)), _given(0.5, shape=(1, 1)), 0.25))
    for eta in (0.1, 0.25, 0.4):
        for k, size, samples in ((1, 1, 2), (2, 1, 1), (2, 2, 3), (3, 2, 5), (4, 3, 12)):
            codes, x = _normal(rng, k, size), _normal(rng, samples, size)
            yield Case((), (codes, x, eta))


def _attention_cases(rng: random.Random) -> Iterator[Case]:
    for causal in (False, True):
        for long, keys, d, e in (
            (1, 2, 1, 1),
            (2, 2, 2, 1),
            (3, 3, 2, 2),
            (2, 3, 3, 2),
            (3, 2, 4, 1),
        ):
            for batch in BATCHES[:3]:
                q, k = _normal(rng, *batch, long, d), _normal(rng, *batch, keys, d)
                yield Case(batch, (q, k, _normal(rng, *batch, keys, e), causal))
        large = [_normal(rng, 2, 2, scale=100) for _ in range(2)]
        yield Case((), (*large, _normal(rng, 2, 2), causal))


def _batchnorm_cases(rng: random.Random) -> Iterator[Case]:
    one = _given(1.0)
    column = _given(0.0, 1.0, shape=(2, 1))
    yield Case((), (column, column, one, 1e-5))
    for eps in (1e-5, 0.1):
        for n, d in ((2, 1), (3, 1), (3, 2), (5, 3), (8, 2)):
            dout, x = _normal(rng, n, d), _normal(rng, n, d)
            yield Case((), (dout, x, _normal(rng, d), eps))
    same = _given(0.5, 0.5, 0.5, shape=(3, 1))
    yield Case((), (_normal(rng, 3, 1), same, one, 1e-3))


def _value_cases(rng: random.Random) -> Iterator[Case]:
    for states, actions in ((1, 1), (1, 2), (2, 1), (2, 2), (3, 2), (4, 3)):
        for gamma, steps in ((0.5, 1), (0.9, 3), (1.0, 2), (0.0, 4)):
            laws = _laws(rng, states, actions, states, zeros=steps == 3)
            yield Case((), (laws, _normal(rng, states, actions), gamma, steps))


QUESTIONS: Mapping[str, Question] = MappingProxyType(
    {
        "code-gaussian-kl": Question(
            "answer(mu: [..., m], logvar: [..., m]) -> [...]",
            ("mu", "logvar"),
            (1, 1),
            (0,),
            _gaussian_kl,
            _gaussian_kl_cases,
            gradients=True,
        ),
        "code-gaussian-kl-general": Question(
            "answer(mu_q, logvar_q, mu_p, logvar_p: [..., m]) -> [...]",
            ("mu_q", "logvar_q", "mu_p", "logvar_p"),
            (1, 1, 1, 1),
            (0,),
            _gaussian_kl_general,
            _gaussian_kl_general_cases,
            gradients=True,
        ),
        "code-jsd": Question(
            "answer(p: [..., X], q: [..., X]) -> [...]",
            ("p", "q"),
            (1, 1),
            (0,),
            _jsd,
            _two_laws,
            free=False,
        ),
        "code-optimal-discriminator": Question(
            "answer(p: [..., X], p_g: [..., X]) -> [..., X]",
            ("p", "p_g"),
            (1, 1),
            (1,),
            _optimal_discriminator,
            _two_laws,
            free=False,
        ),
        "code-cross-entropy-grad": Question(
            "answer(logits: [..., K], target: int [...]) -> [..., K]",
            ("logits", "target"),
            (1, 0),
            (1,),
            _cross_entropy_grad,
            _cross_entropy_cases,
        ),
        "code-reward-to-go": Question(
            "answer(rewards: [..., T], gamma: float) -> [..., T]",
            ("rewards", "gamma"),
            (1, None),
            (1,),
            _reward_to_go,
            _reward_cases,
        ),
        "code-gae": Question(
            "answer(rewards: [..., T], values: [..., T+1], gamma: float, lam: float) -> [..., T]",
            ("rewards", "values", "gamma", "lam"),
            (1, 1, None, None),
            (1,),
            _gae,
            _gae_cases,
        ),
        "code-coupling": Question(
            "answer(z: [..., n], d: int, h) -> (x: [..., n], logdet: [...])",
            ("z", "d", "h"),
            (1, None, None),
            (1, 0),
            _coupling,
            _coupling_cases,
            gradients=True,
        ),
        "code-vq-update": Question(
            "answer(codebook: [K, I], x: [B, I], eta: float) -> [K, I]",
            ("codebook", "x", "eta"),
            (2, 2, None),
            (2,),
            _vq_update,
            _vq_cases,
            free=False,  # a change can make two codes equally near
        ),
        "code-attention": Question(
            "answer(q: [..., L, d], k: [..., S, d], v: [..., S, e], causal: bool) -> [..., L, e]",
            ("q", "k", "v", "causal"),
            (2, 2, 2, None),
            (2,),
            _attention,
            _attention_cases,
            gradients=True,
        ),
        "code-batchnorm-backward": Question(
            "answer(dout: [N, D], x: [N, D], gamma: [D], eps: float) -> (dx, dgamma, dbeta)",
            ("dout", "x", "gamma", "eps"),
            (2, 2, 1, None),
            (2, 1, 1),
            _batchnorm_backward,
            _batchnorm_cases,
        ),
        "code-value-iteration": Question(
            "answer(P: [S, A, S], r: [S, A], gamma: float, steps: int) -> [S, A]",
            ("P", "r", "gamma", "steps"),
            (3, 2, None, None),
            (2,),
            _value_iteration,
            _value_cases,
            free=False,
        ),
    }
)
