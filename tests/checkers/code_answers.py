"""What people write for the code questions: right and wrong sources for each."""

HEAD = "import math\nimport torch\nimport torch.nn.functional as F\n"

# The body of `def answer(...)` for each question: its parameters, right bodies, wrong bodies.
ANSWERS: dict[str, tuple[str, list[str], list[str]]] = {
    "code-gaussian-kl": (
        "mu, logvar",
        [
            "return -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp(), dim=-1)",
            (
                "sigma = torch.exp(logvar / 2)\n"
                "return (0.5 * (sigma**2 + mu**2 - 1) - torch.log(sigma)).sum(-1)"
            ),
            (
                "q = torch.distributions.Normal(mu, (0.5 * logvar).exp())\n"
                "p = torch.distributions.Normal(torch.zeros_like(mu), torch.ones_like(mu))\n"
                "return torch.distributions.kl_divergence(q, p).sum(dim=-1)"
            ),
            (
                "total = 0\nfor j in range(mu.shape[-1]):\n"
                "    total = total + (logvar[..., j].exp() + mu[..., j] ** 2 - 1 - logvar[..., j]) / 2\n"
                "return total"
            ),
        ],
        [
            "return 0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp(), dim=-1)",
            "return -torch.sum(1 + logvar - mu.pow(2) - logvar.exp(), dim=-1)",
            "return -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())",
            "return -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp(), dim=0)",
            "return -0.5 * torch.mean(1 + logvar - mu.pow(2) - logvar.exp(), dim=-1)",
            "return -0.5 * torch.sum(1 + logvar - mu - logvar.exp(), dim=-1)",
            "return -0.5 * torch.sum(1 + 2 * logvar - mu.pow(2) - (2 * logvar).exp(), dim=-1)",
            "return -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp(), dim=-1).float()",
            "return -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp(), dim=-1).detach()",
            "return -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp(), -1, keepdim=True)",
            "mu.pow_(2)\nreturn -0.5 * torch.sum(1 + logvar - mu - logvar.exp(), dim=-1)",
        ],
    ),
    "code-gaussian-kl-general": (
        "mu_q, logvar_q, mu_p, logvar_p",
        [
            (
                "return 0.5 * (logvar_p - logvar_q - 1\n"
                "    + (logvar_q.exp() + (mu_q - mu_p) ** 2) / logvar_p.exp()).sum(-1)"
            ),
            (
                "vq, vp = logvar_q.exp(), logvar_p.exp()\n"
                "return 0.5 * torch.sum(torch.log(vp / vq) + vq / vp + (mu_p - mu_q)**2 / vp - 1, -1)"
            ),
        ],
        [
            (
                "return 0.5 * (logvar_q - logvar_p - 1\n"
                "    + (logvar_p.exp() + (mu_q - mu_p) ** 2) / logvar_q.exp()).sum(-1)"
            ),
            (
                "return (logvar_p - logvar_q - 1\n"
                "    + (logvar_q.exp() + (mu_q - mu_p) ** 2) / logvar_p.exp()).sum(-1)"
            ),
            (
                "return 0.5 * (logvar_p - logvar_q\n"
                "    + (logvar_q.exp() + (mu_q - mu_p) ** 2) / logvar_p.exp()).sum(-1)"
            ),
            (
                "return 0.5 * (logvar_p - logvar_q - 1\n"
                "    + (logvar_q.exp() + (mu_q - mu_p)) / logvar_p.exp()).sum(-1)"
            ),
        ],
    ),
    "code-jsd": (
        "p, q",
        [
            (
                "m = 0.5 * (p + q)\n"
                "return 0.5 * (torch.special.xlogy(p, p) - torch.special.xlogy(p, m)\n"
                "    + torch.special.xlogy(q, q) - torch.special.xlogy(q, m)).sum(-1)"
            ),
            (
                "m = (p + q) / 2\n"
                "h = lambda a: -torch.xlogy(a, a).sum(-1)\nreturn h(m) - h(p) / 2 - h(q) / 2"
            ),
            (
                "m = (p + q) / 2\n"
                "kl = lambda a: torch.where(a > 0, a * torch.log(a / m), torch.zeros_like(a)).sum(-1)\n"
                "return (kl(p) + kl(q)) / 2"
            ),
        ],
        [
            "m = (p + q) / 2\nreturn 0.5 * (p * (p / m).log() + q * (q / m).log()).sum(-1)",
            (
                "m = (p + q) / 2\n"
                "return (torch.xlogy(p, p) + torch.xlogy(q, q) - 2 * torch.xlogy(m, m)).sum(-1)"
            ),
            (
                "m = (p + q) / 2\n"
                "h = lambda a: -torch.xlogy(a, a).sum(-1)\n"
                "return (h(m) - h(p) / 2 - h(q) / 2) / math.log(2)"
            ),
            "m = (p + q) / 2\nreturn (torch.xlogy(p, p) - torch.xlogy(p, m)).sum(-1)",
            (
                "m = (p + q) / 2\n"
                "h = lambda a: -torch.xlogy(a, a).sum(-1)\n"
                "return torch.sqrt((h(m) - h(p) / 2 - h(q) / 2).clamp(min=0))"
            ),
        ],
    ),
    "code-optimal-discriminator": (
        "p, p_g",
        [
            "return p / (p + p_g)",
            "total = p + p_g\nreturn torch.where(total > 0, p / total, torch.full_like(p, 0.5))",
        ],
        [
            "return p_g / (p + p_g)",
            "return p / p_g",
            "return torch.sigmoid(p - p_g)",
            "return p / (p + p_g + 1e-3)",
        ],
    ),
    "code-cross-entropy-grad": (
        "logits, target",
        [
            (
                "grad = logits.softmax(-1).clone()\n"
                "grad.scatter_add_(-1, target[..., None], -torch.ones_like(grad[..., :1]))\n"
                "return grad"
            ),
            (
                "x = logits.clone().requires_grad_(True)\n"
                "flat = x.reshape(-1, x.shape[-1])\n"
                "loss = F.cross_entropy(flat, target.reshape(-1), reduction='sum')\n"
                "return torch.autograd.grad(loss, x)[0]"
            ),
            (
                "e = torch.exp(logits - logits.max(dim=-1, keepdim=True).values)\n"
                "p = e / e.sum(-1, keepdim=True)\n"
                "return p - F.one_hot(target, logits.shape[-1]).to(p.dtype)"
            ),
        ],
        [
            (
                "e = torch.exp(logits)\n"
                "return e / e.sum(-1, keepdim=True) - F.one_hot(target, logits.shape[-1]).to(e.dtype)"
            ),
            "p = logits.softmax(-1)\nreturn F.one_hot(target, logits.shape[-1]).to(p.dtype) - p",
            "return logits.softmax(-1)",
            "p = logits.softmax(0)\nreturn p - F.one_hot(target, logits.shape[-1]).to(p.dtype)",
            (
                "p = logits.softmax(-1)\n"
                "n = max(1, target.numel())\n"
                "return (p - F.one_hot(target, logits.shape[-1]).to(p.dtype)) / n"
            ),
        ],
    ),
    "code-reward-to-go": (
        "rewards, gamma",
        [
            (
                "n = rewards.shape[-1]\n"
                "i = torch.arange(n)\n"
                "gap = (i[None, :] - i[:, None]).to(rewards.dtype)\n"
                "weights = torch.where(gap >= 0, gamma ** gap.clamp(min=0), torch.zeros_like(gap))\n"
                "return rewards @ weights.T"
            ),
            (
                "out = []\ntotal = torch.zeros_like(rewards[..., 0])\n"
                "for t in range(rewards.shape[-1] - 1, -1, -1):\n"
                "    total = rewards[..., t] + gamma * total\n    out.append(total)\n"
                "return torch.stack(out[::-1], dim=-1)"
            ),
        ],
        [
            "return rewards.flip(-1).cumsum(-1).flip(-1)",
            "return rewards.cumsum(-1)",
            (
                "n = rewards.shape[-1]\n"
                "w = gamma ** torch.arange(n, dtype=rewards.dtype)\n"
                "return (rewards * w).flip(-1).cumsum(-1).flip(-1)"
            ),
            (
                "total = torch.zeros_like(rewards[..., 0])\nout = torch.zeros_like(rewards)\n"
                "for t in reversed(range(rewards.shape[-1])):\n"
                "    out[..., t] = total\n    total = rewards[..., t] + gamma * total\n"
                "return out"
            ),
            (
                "for t in reversed(range(rewards.shape[-1] - 1)):\n"
                "    rewards[..., t] += gamma * rewards[..., t + 1]\nreturn rewards"
            ),
        ],
    ),
    "code-gae": (
        "rewards, values, gamma, lam",
        [
            (
                "delta = rewards + gamma * values[..., 1:] - values[..., :-1]\n"
                "out, total = [], 0.0\n"
                "for t in reversed(range(rewards.shape[-1])):\n"
                "    total = delta[..., t] + gamma * lam * total\n    out.insert(0, total)\n"
                "return torch.stack(out, -1)"
            ),
        ],
        [
            (
                "delta = rewards + gamma * values[..., :-1] - values[..., 1:]\n"
                "out, total = [], 0.0\n"
                "for t in reversed(range(rewards.shape[-1])):\n"
                "    total = delta[..., t] + gamma * lam * total\n    out.insert(0, total)\n"
                "return torch.stack(out, -1)"
            ),
            (
                "delta = rewards + gamma * values[..., 1:] - values[..., :-1]\n"
                "out, total = [], 0.0\n"
                "for t in reversed(range(rewards.shape[-1])):\n"
                "    total = delta[..., t] + lam * total\n    out.insert(0, total)\n"
                "return torch.stack(out, -1)"
            ),
            (
                "delta = rewards + gamma * values[..., 1:] - values[..., :-1]\n"
                "w = (gamma * lam) ** torch.arange(rewards.shape[-1], dtype=rewards.dtype)\n"
                "return (delta * w).flip(-1).cumsum(-1).flip(-1) / w"
            ),
            "return rewards + gamma * values[..., 1:] - values[..., :-1]",
        ],
    ),
    "code-coupling": (
        "z, d, h",
        [
            (
                "s = h(z[..., :d])\n"
                "x = torch.cat([z[..., :d], torch.exp(s) * z[..., d:] + s], dim=-1)\n"
                "return x, s.sum(dim=-1)"
            ),
            (
                "a, b = z.split([d, z.shape[-1] - d], dim=-1)\n"
                "return [torch.cat((a, h(a).exp() * b + h(a)), -1), h(a).sum(-1)]"
            ),
        ],
        [
            (
                "s = h(z[..., :d])\n"
                "return torch.cat([z[..., :d], s.exp() * z[..., d:] + s], -1), s.sum()"
            ),
            (
                "s = h(z[..., :d])\n"
                "return torch.cat([z[..., :d], s.exp() * z[..., d:] + s], -1), -s.sum(-1)"
            ),
            (
                "s = h(z[..., :d])\n"
                "return torch.cat([z[..., :d], s.exp() * z[..., d:] + s], -1), s.exp().prod(-1)"
            ),
            "s = h(z[..., :d])\nreturn torch.cat([z[..., :d], s * z[..., d:] + s], -1), s.sum(-1)",
            (
                "s = h(z[..., :d]).detach()\n"
                "return torch.cat([z[..., :d], s.exp() * z[..., d:] + s], -1), s.sum(-1)"
            ),
            "s = h(z[..., :d])\nreturn torch.cat([z[..., :d], s.exp() * z[..., d:] + s], -1)",
        ],
    ),
    "code-vq-update": (
        "codebook, x, eta",
        [
            (
                "e = codebook.clone()\n"
                "for sample in x:\n"
                "    k = torch.argmin(((e - sample) ** 2).sum(-1))\n"
                "    e[k] = e[k] - 2 * eta * (e[k] - sample)\n"
                "return e"
            ),
            (
                "e = codebook.clone()\n"
                "for i in range(x.shape[0]):\n"
                "    k = torch.cdist(x[i : i + 1], e).argmin().item()\n"
                "    e[k] += 2 * eta * (x[i] - e[k])\n"
                "return e"
            ),
        ],
        [
            (
                "e = codebook.clone()\n"
                "for sample in x:\n"
                "    k = torch.argmin(((e - sample) ** 2).sum(-1))\n"
                "    e[k] = e[k] - eta * (e[k] - sample)\n"
                "return e"
            ),
            (
                "e = codebook.clone()\n"
                "k = torch.cdist(x, e).argmin(-1)\n"
                "for j, sample in zip(k, x):\n"
                "    e[j] = e[j] + 2 * eta * (sample - codebook[j])\n"
                "return e"
            ),
            (
                "for sample in x:\n"
                "    k = torch.argmin(((codebook - sample) ** 2).sum(-1))\n"
                "    codebook[k] += 2 * eta * (sample - codebook[k])\n"
                "return codebook"
            ),
            "return codebook - 2 * eta * (codebook - x.mean(0))",
        ],
    ),
    "code-attention": (
        "q, k, v, causal",
        [
            (
                "scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])\n"
                "if causal:\n"
                "    mask = torch.ones(scores.shape[-2:], dtype=torch.bool).tril()\n"
                "    scores = scores.masked_fill(~mask, float('-inf'))\n"
                "return scores.softmax(-1) @ v"
            ),
        ],
        [
            (
                "scores = q @ k.transpose(-1, -2)\n"
                "if causal:\n"
                "    mask = torch.ones(scores.shape[-2:], dtype=torch.bool).tril()\n"
                "    scores = scores.masked_fill(~mask, float('-inf'))\n"
                "return scores.softmax(-1) @ v"
            ),
            (
                "scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])\n"
                "return scores.softmax(-1) @ v"
            ),
            (
                "scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])\n"
                "if causal:\n"
                "    mask = torch.ones(scores.shape[-2:], dtype=torch.bool).triu()\n"
                "    scores = scores.masked_fill(~mask, -1e9)\n"
                "return scores.softmax(-1) @ v"
            ),
            (
                "scores = q @ k.transpose(-1, -2) / q.shape[-1]\n"
                "if causal:\n"
                "    mask = torch.ones(scores.shape[-2:], dtype=torch.bool).tril()\n"
                "    scores = scores.masked_fill(~mask, float('-inf'))\n"
                "return scores.softmax(-1) @ v"
            ),
            (
                "scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])\n"
                "w = scores.exp()\n"
                "if causal:\n"
                "    w = w.tril()\n"
                "return (w / w.sum(-1, keepdim=True)) @ v"
            ),
        ],
    ),
    "code-batchnorm-backward": (
        "dout, x, gamma, eps",
        [
            (
                "a = x.clone().requires_grad_(True)\ng = gamma.clone().requires_grad_(True)\n"
                "b = torch.zeros_like(gamma).requires_grad_(True)\n"
                "y = g * (a - a.mean(0)) / torch.sqrt(a.var(0, unbiased=False) + eps) + b\n"
                "return torch.autograd.grad((y * dout).sum(), (a, g, b))"
            ),
            (
                "n = x.shape[0]\n"
                "inv = torch.rsqrt(x.var(0, unbiased=False) + eps)\n"
                "xhat = (x - x.mean(0)) * inv\ndxhat = dout * gamma\n"
                "dx = inv / n * (n * dxhat - dxhat.sum(0) - xhat * (dxhat * xhat).sum(0))\n"
                "return dx, (dout * xhat).sum(0), dout.sum(0)"
            ),
        ],
        [
            (
                "inv = torch.rsqrt(x.var(0) + eps)\nxhat = (x - x.mean(0)) * inv\nn = len(x)\n"
                "dx = gamma * inv / n * (n * dout - dout.sum(0) - xhat * (dout * xhat).sum(0))\n"
                "return dx, (dout * xhat).sum(0), dout.sum(0)"
            ),
            (
                "inv = torch.rsqrt(x.var(0, unbiased=False) + eps)\nxhat = (x - x.mean(0)) * inv\n"
                "return gamma * inv * dout, (dout * xhat).sum(0), dout.sum(0)"
            ),
            (
                "inv = torch.rsqrt(x.var(0, unbiased=False) + eps)\nxhat = (x - x.mean(0)) * inv\n"
                "dx = gamma * inv / len(x) * (len(x) * dout - dout.sum(0) - xhat * (dout * xhat).sum(0))\n"
                "return dx, dout.sum(0), (dout * xhat).sum(0)"
            ),
            (
                "inv = torch.rsqrt(x.var(0, unbiased=False) + eps)\nxhat = (x - x.mean(0)) * inv\n"
                "dx = gamma * inv / len(x) * (len(x) * dout - dout.sum(0))\n"
                "return dx, (dout * xhat).sum(0), dout.sum(0)"
            ),
        ],
    ),
    "code-value-iteration": (
        "P, r, gamma, steps",
        [
            (
                "q = torch.zeros_like(r)\n"
                "for _ in range(steps):\n"
                "    q = r + gamma * torch.einsum('sat,t->sa', P, q.max(dim=1).values)\n"
                "return q"
            ),
        ],
        [
            (
                "q = torch.zeros_like(r)\n"
                "for _ in range(steps):\n"
                "    q = r + gamma * torch.einsum('sat,t->sa', P, q.mean(dim=1))\n"
                "return q"
            ),
            (
                "q = torch.zeros_like(r)\n"
                "for _ in range(steps + 1):\n"
                "    q = r + gamma * torch.einsum('sat,t->sa', P, q.max(dim=1).values)\n"
                "return q"
            ),
            (
                "q = torch.zeros_like(r)\n"
                "for _ in range(steps):\n"
                "    q = r + torch.einsum('sat,t->sa', P, q.max(dim=1).values)\n"
                "return q"
            ),
            (
                "q = torch.zeros_like(r)\n"
                "for _ in range(steps):\n"
                "    q = r + gamma * torch.einsum('sat,t->sa', P, q.max(dim=1).values)\n"
                "return q.max(1).values"
            ),
        ],
    ),
}


def source(parameters: str, body: str) -> str:
    """A whole file around the body of a function."""
    indented = "".join(f"    {line}\n" for line in body.splitlines())
    return f"{HEAD}\n\ndef answer({parameters}):\n{indented}"


RIGHT = [
    (claim, source(parameters, body))
    for claim, (parameters, right, _) in ANSWERS.items()
    for body in right
]
WRONG = [
    (claim, source(parameters, body))
    for claim, (parameters, _, wrong) in ANSWERS.items()
    for body in wrong
]
