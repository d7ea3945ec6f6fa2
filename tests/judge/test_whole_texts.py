# ruff: noqa: E501 - rows of displays stand as they are printed
"""Whole texts as lecture notes print them: displays with prose between, and one slip in each."""

import pytest

from lemmata.checkers.answers import check

TEXTS = [
    (
        "vae-elbo",
        r"""Our goal is the evidence
$$\log p_\theta(x) = \log \int_z p_\theta(x,z)\,dz$$
With the product rule,
$$= \log \int_z p_\theta(x|z)p(z)\,dz$$
Multiply by $\frac{q_\phi(z|x)}{q_\phi(z|x)}=1$:
$$= \log\int_z p_\theta(x|z)p(z)\frac{q_\phi(z|x)}{q_\phi(z|x)}dz = \log\mathbb E_{q_\phi(z|x)}\left[\frac{p_\theta(x|z)p(z)}{q_\phi(z|x)}\right]$$
Jensen's inequality gives
$$\ge \mathbb E_{q_\phi(z|x)}\left[\log\frac{p_\theta(x|z)p(z)}{q_\phi(z|x)}\right]=\mathbb E_{q_\phi(z|x)}[\log p_\theta(x|z)]-D_{KL}(q_\phi(z|x)\|p(z))$$""",
    ),
    (
        "vae-elbo",
        r"""Consider the divergence to the posterior:
\begin{align}
D_{KL}(q_\phi(z|x)\|p_\theta(z|x)) &= \mathbb E_{q_\phi(z|x)}\left[\log\frac{q_\phi(z|x)}{p_\theta(z|x)}\right]\\
&=\mathbb E_{q_\phi(z|x)}[\log q_\phi(z|x)]-\mathbb E_{q_\phi(z|x)}[\log p_\theta(z|x)]\\
&=\mathbb E_{q_\phi(z|x)}[\log q_\phi(z|x)]-\mathbb E_{q_\phi(z|x)}\left[\log\frac{p_\theta(z,x)}{p_\theta(x)}\right]\\
&=\mathbb E_{q_\phi(z|x)}[\log q_\phi(z|x)]-\mathbb E_{q_\phi(z|x)}[\log p_\theta(z,x)]+\log p_\theta(x)
\end{align}
Since $D_{KL}\ge 0$, we get
$$\log p_\theta(x)\ge\mathbb E_{q_\phi(z|x)}[\log p_\theta(x,z)-\log q_\phi(z|x)]$$""",
    ),
    (
        "vae-elbo",
        r"""By importance sampling,
\[ p_\theta(x)=\int p_\theta(x|z)p(z)\,dz \]
\[ p_\theta(x)=\mathbb E_{z\sim q_\phi(z|x)}\left[\frac{p_\theta(x|z)p(z)}{q_\phi(z|x)}\right] \]
\[ \log p_\theta(x)=\log \mathbb E_{z\sim q_\phi(z|x)}\left[\frac{p_\theta(x|z)p(z)}{q_\phi(z|x)}\right]\ge \mathbb E_{z\sim q_\phi(z|x)}\left[\log\frac{p_\theta(x|z)p(z)}{q_\phi(z|x)}\right] \]""",
    ),
    (
        "policy-gradient",
        r"""Starting from the objective $J(\theta)=\int p_\theta(\tau)R(\tau)d\tau$, take the gradient:
$$\nabla_\theta J=\int\nabla_\theta p_\theta(\tau)R(\tau)d\tau$$
Using the log-derivative trick $\nabla_\theta p_\theta(\tau)=p_\theta(\tau)\nabla_\theta\log p_\theta(\tau)$:
$$\nabla_\theta J=\int p_\theta(\tau)\nabla_\theta\log p_\theta(\tau)R(\tau)d\tau$$
$$=\mathbb E_{\tau\sim\pi_\theta}[\nabla_\theta\log p_\theta(\tau)R(\tau)]$$
$$=\mathbb E_{\tau\sim\pi_\theta}\left[\left(\sum_{t=1}^T\nabla_\theta\log\pi_\theta(a_t|s_t)\right)R(\tau)\right]$$""",
    ),
    (
        "policy-gradient",
        r"""A trajectory has the probability
$$p_\theta(\tau)=p(s_1)\prod_{t=1}^{T}\pi_\theta(a_t|s_t)\prod_{t=1}^{T-1}p(s_{t+1}|s_t,a_t)$$
Taking the logarithm:
$$\log p_\theta(\tau)=\log p(s_1)+\sum_{t=1}^{T}\log\pi_\theta(a_t|s_t)+\sum_{t=1}^{T-1}\log p(s_{t+1}|s_t,a_t)$$
Since the dynamics are independent of $\theta$:
$$\nabla_\theta\log p_\theta(\tau)=\sum_{t=1}^{T}\nabla_\theta\log\pi_\theta(a_t|s_t)$$
Now substitute back:
$$\nabla_\theta J(\theta)=\mathbb E_{\tau\sim p_\theta(\tau)}\left[\left(\sum_{t=1}^{T}\nabla_\theta\log\pi_\theta(a_t|s_t)\right)R(\tau)\right]$$""",
    ),
    (
        "baseline-unbiased",
        r"""For any baseline,
\begin{align}
\mathbb E_{a\sim\pi_\theta}[\nabla_\theta\log\pi_\theta(a|s)b(s)]&=\sum_a\pi_\theta(a|s)\nabla_\theta\log\pi_\theta(a|s)b(s)\\
&=\sum_a\nabla_\theta\pi_\theta(a|s)b(s)\\
&=b(s)\nabla_\theta\sum_a\pi_\theta(a|s)\\
&=b(s)\nabla_\theta 1\\&=0
\end{align}""",
    ),
    (
        "gan-jsd",
        r"""Substituting the optimal discriminator $D^*(x)=\frac{p(x)}{p(x)+p_G(x)}$:
\begin{align}
\mathbb E_{x\sim p}[\log D^*(x)]+\mathbb E_{x\sim p_G}[\log(1-D^*(x))]
&=\int_x p(x)\log\frac{p(x)}{p(x)+p_G(x)}+p_G(x)\log\frac{p_G(x)}{p(x)+p_G(x)}\,dx\\
&=-\log4+KL\left(p\,\Big\|\,\frac{p+p_G}{2}\right)+KL\left(p_G\,\Big\|\,\frac{p+p_G}{2}\right)\\
&=-\log4+2\,JSD(p\|p_G)
\end{align}
where $JSD\ge0$ with equality if and only if $p=p_G$.""",
    ),
    (
        "optimal-discriminator",
        r"""For fixed $G$, the function $y\mapsto a\log y+b\log(1-y)$ is maximal at $\frac{a}{a+b}$. Setting the derivative to zero,
$$\frac{p(x)}{D(x)}-\frac{p_G(x)}{1-D(x)}=0$$
$$\Rightarrow p(x)(1-D(x))=p_G(x)D(x)$$
$$\Rightarrow D(x)=\frac{p(x)}{p(x)+p_G(x)}$$""",
    ),
    (
        "gaussian-kl",
        r"""For diagonal Gaussians:
\begin{align}
D_{KL}(q\|p)&=\mathbb E_q[\log q(z)]-\mathbb E_q[\log p(z)]\\
&=-\frac12\sum_{j=1}^J(\log2\pi+\log\sigma_j^2+1)+\frac12\sum_{j=1}^J(\log2\pi+\mu_j^2+\sigma_j^2)\\
&=-\frac12\sum_{j=1}^J\left(1+\log\sigma_j^2-\mu_j^2-\sigma_j^2\right)
\end{align}""",
    ),
    (
        "gaussian-kl",
        r"""$$\int q(z)\log p(z)\,dz=-\frac J2\log(2\pi)-\frac12\sum_{j=1}^J(\mu_j^2+\sigma_j^2)$$ and $$\int q(z)\log q(z)\,dz=-\frac J2\log(2\pi)-\frac12\sum_{j=1}^J(1+\log\sigma_j^2)$$ Therefore $$-D_{KL}(q\|p)=\int q(z)(\log p(z)-\log q(z))dz=\frac12\sum_{j=1}^J(1+\log\sigma_j^2-\mu_j^2-\sigma_j^2)$$""",
    ),
    (
        "gaussian-kl-general",
        r"""\begin{align}
KL(q,p)&=-\int q(x)\log p(x)dx+\int q(x)\log q(x)dx\\
&=\frac12\log(2\pi\sigma_p^2)+\frac{\sigma_q^2+(\mu_q-\mu_p)^2}{2\sigma_p^2}-\frac12(1+\log2\pi\sigma_q^2)\\
&=\log\frac{\sigma_p}{\sigma_q}+\frac{\sigma_q^2+(\mu_q-\mu_p)^2}{2\sigma_p^2}-\frac12
\end{align}""",
    ),
    (
        "softmax-derivative",
        r"""If $i=k$,
$$\frac{\partial p_i}{\partial f_k}=\frac{e^{f_i}\sum_je^{f_j}-e^{f_k}e^{f_i}}{\left(\sum_je^{f_j}\right)^2}=\frac{e^{f_i}}{\sum_je^{f_j}}\cdot\frac{\sum_je^{f_j}-e^{f_k}}{\sum_je^{f_j}}=p_i(1-p_k)$$
If $i\ne k$,
$$\frac{\partial p_i}{\partial f_k}=\frac{0-e^{f_k}e^{f_i}}{\left(\sum_je^{f_j}\right)^2}=-p_kp_i$$
So the derivative is
$$\frac{\partial p_i}{\partial f_k}=p_i(\delta_{ik}-p_k)$$""",
    ),
    (
        "sigmoid-derivative",
        r"""\begin{align*}
\frac{d}{dx}\sigma(x)&=\frac{d}{dx}\left[\frac{1}{1+e^{-x}}\right]\\
&=\frac{d}{dx}(1+e^{-x})^{-1}\\
&=-(1+e^{-x})^{-2}(-e^{-x})\\
&=\frac{e^{-x}}{(1+e^{-x})^2}\\
&=\frac{1}{1+e^{-x}}\cdot\frac{e^{-x}}{1+e^{-x}}\\
&=\frac{1}{1+e^{-x}}\cdot\frac{(1+e^{-x})-1}{1+e^{-x}}\\
&=\frac{1}{1+e^{-x}}\cdot\left(1-\frac{1}{1+e^{-x}}\right)\\
&=\sigma(x)\cdot(1-\sigma(x))
\end{align*}""",
    ),
    (
        "score-function-gradient",
        r"""\begin{align}
\nabla_\theta\mathbb E_{x\sim p_\theta(x)}[f(x)]&=\nabla_\theta\int p_\theta(x)f(x)dx\\
&=\int f(x)\nabla_\theta p_\theta(x)dx\\
&=\int f(x)p_\theta(x)\frac{\nabla_\theta p_\theta(x)}{p_\theta(x)}dx\\
&=\mathbb E_{x\sim p_\theta(x)}[f(x)\nabla_\theta\log p_\theta(x)]
\end{align}""",
    ),
    (
        "bellman",
        r"""\begin{align}
V^\pi(s)&=\mathbb E_\pi[G_t|s_t=s]\\
&=\mathbb E_\pi[r_{t+1}+\gamma G_{t+1}|s_t=s]\\
&=\sum_a\pi(a|s)\sum_{s'}P(s'|s,a)[r(s,a)+\gamma V^\pi(s')]
\end{align}""",
    ),
    (
        "bias-variance",
        r"""Let $\bar f=\mathbb E[f]$. Then
\begin{align}
\mathbb E[(Y-f)^2]&=\mathbb E[(Y-\mathbb E[Y]+\mathbb E[Y]-\mathbb E[f]+\mathbb E[f]-f)^2]\\
&=\mathbb E[(Y-\mathbb E[Y])^2]+(\mathbb E[Y]-\mathbb E[f])^2+\mathbb E[(\mathbb E[f]-f)^2]\\
&=\sigma^2+\operatorname{Bias}(f)^2+\operatorname{Var}(f)
\end{align}""",
    ),
    (
        "vq-rolling-average",
        r"""With $\gamma=1-2\eta$ this is an exponential moving average,
$$e_t=\gamma e_{t-1}+(1-\gamma)x_t$$
so that
$$e_T=\gamma^Te_0+(1-\gamma)\sum_{t=1}^T\gamma^{T-t}x_t$$""",
    ),
]


@pytest.mark.parametrize(("claim", "text"), TEXTS)
def test_a_right_text_is_proved(claim: str, text: str) -> None:
    """Every step of it, whatever stands between."""
    verdict = check(text, claim=claim, kind="derivation")
    assert verdict.outcome == "proved", verdict.message


SLIPS = [
    (0, r"\ge ", r"\le ", 5),
    (1, r"p_\theta(z,x)]+\log", r"p_\theta(z,x)]-\log", 4),
    (5, r"\nabla_\theta 1", r"1", 4),
    (6, r"-\log4+KL", r"\log4+KL", 2),
    (8, r"1+\log\sigma_j^2-\mu_j^2", r"1+\log\sigma_j^2+\mu_j^2", 3),
    (10, r"\log\frac{\sigma_p}{\sigma_q}", r"\log\frac{\sigma_q}{\sigma_p}", 3),
    (11, r"=p_i(1-p_k)", r"=p_i(1+p_k)", 3),
    (12, r"-(1+e^{-x})^{-2}(-e^{-x})", r"(1+e^{-x})^{-2}(-e^{-x})", 3),
    (13, r"\frac{\nabla_\theta p_\theta(x)}{p_\theta(x)}", r"\nabla_\theta p_\theta(x)", 3),
    (16, r"(1-\gamma)\sum", r"\gamma\sum", 2),
]


@pytest.mark.parametrize(("number", "right", "wrong", "step"), SLIPS)
def test_a_slip_in_a_text_is_refuted_where_it_is(
    number: int, right: str, wrong: str, step: int
) -> None:
    """One edit from a text that is proved."""
    claim, text = TEXTS[number]
    assert right in text
    verdict = check(text.replace(right, wrong, 1), claim=claim, kind="derivation")
    assert (verdict.outcome, verdict.first_wrong_step) == ("refuted", step), verdict.message
