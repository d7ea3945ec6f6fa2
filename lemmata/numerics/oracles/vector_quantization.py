"""vector-quantize-pytorch: the moving averages of its codebook, and its losses."""

import torch

from lemmata.numerics.oracles import Comparing, Comparison, Oracle
from lemmata.numerics.streams import isolated, normal, stream

CODES, SIZE, STEPS = 6, 3, 12
SMOOTHING = 1e-5


def moving_averages() -> Comparison:
    """Cluster sizes, summed vectors and codes after several batches, by the recursion."""
    from vector_quantize_pytorch import VectorQuantize

    found = Comparing()
    for decay in (0.8, 0.99):
        generator = stream(0, "vq", str(decay))
        with isolated(generator):
            layer = VectorQuantize(
                dim=SIZE, codebook_size=CODES, decay=decay, eps=SMOOTHING, commitment_weight=1.0
            ).train()
        book = layer._codebook  # noqa: SLF001 - where the package keeps its averages
        size, total = book.cluster_size[0].double(), book.embed_avg[0].double()
        codes = book.embed[0].double()
        for _ in range(STEPS):
            x = normal(generator, 40, SIZE)
            with isolated(generator):
                quantized, chosen, loss = layer(x.float()[None])
            nearest = torch.cdist(x, codes).argmin(-1)
            found.add(f"assignment, decay {decay}", float((nearest != chosen[0]).sum()))
            commitment = (codes[nearest] - x).square().mean()
            found.add(f"commitment loss, decay {decay}", (loss - commitment).abs().item())
            through = (quantized[0].double() - codes[nearest]).abs().max()
            found.add(f"straight-through value, decay {decay}", float(through))
            assigned = torch.nn.functional.one_hot(nearest, CODES).double()
            size = decay * size + (1.0 - decay) * assigned.sum(0)
            total = decay * total + (1.0 - decay) * assigned.T @ x
            smoothed = (size + SMOOTHING) / (size.sum() + CODES * SMOOTHING) * size.sum()
            codes = total / smoothed[:, None]
            for name, ours, theirs in (
                ("cluster sizes", size, book.cluster_size[0]),
                ("summed vectors", total, book.embed_avg[0]),
                ("codes", codes, book.embed[0]),
            ):
                apart = (ours - theirs).abs() / ours.abs().clamp(min=1.0)
                found.add(f"{name}, decay {decay}", float(apart.max()))
    return found.found()


ORACLES = (
    Oracle(
        "vq-moving-averages",
        "vector-quantize-pytorch",
        "moving averages with Laplace smoothing, commitment loss and straight-through values",
        moving_averages,
        1e-5,
        claims=("vq-rolling-average", "vq-codebook-sgd"),
    ),
)
