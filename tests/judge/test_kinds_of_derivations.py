# ruff: noqa: E501 - formulas stand as they are printed
r"""Kinds of writing that derivations share: each with right, wrong and doubtful neighbours."""

from __future__ import annotations

import pytest

from lemmata.checkers.answers import check
from lemmata.kernel.verdict import Outcome

FORWARD = r"\mathbb E_{\tau\sim\beta}[\log\pi_\theta(\tau)]"
ACTIONS = r"\mathbb E_{\tau\sim\beta}\left[\sum_{t=0}^T\log\pi_\theta(a_t|s_t)\right]"
APART = r"\,KL(p_\beta(\tau)\|\pi_\theta(\tau))"
INSIDE = r"\left[p(x)\log D(x)+p_G(x)\log(1-D(x))\right]"
SLOPE = r"\frac{p(x)}{D(x)}-\frac{p_G(x)}{1-D(x)}"
CURVED = r"-\frac{p(x)}{D(x)^2}-\frac{p_G(x)}{(1-D(x))^2}"
LAYER = r"\exp(h_\theta(z_{1:d}))\odot z_{d+1:n}+h_\theta(z_{1:d})"
HALVES = r"\int p\log\frac{p}{p+p_G}+\int p_G\log\frac{p_G}{p+p_G}"
LET = "Let $u = 1+e^{-x}$. Then "

BELLMAN = r"$$V^\pi(s)=\sum_a\pi(a|s)Q^\pi(s,a)$$"
SCORE = (
    r"$$\nabla_\theta\mathbb{E}_{x\sim p_\theta}[f(x)]"
    r"=\mathbb{E}_{x\sim p_\theta}[f(x)\nabla_\theta\log p_\theta(x)]$$"
)
ZERO = r"$$\mathbb{E}_{\pi_\theta}[\nabla_\theta\log\pi_\theta(a_t|s_t)r_{t'}]=0$$"
BOUND = r"\mathbb{E}_{q_\phi(z|x)}[\log p_\theta(x|z)]-D_{KL}(q_\phi(z|x)\|p(z))"
JOINT = r"\mathbb{E}_{q_\phi(z|x)}[\log p_\theta(x|z)+\log p(z)-\log q_\phi(z|x)]"
ADVANTAGE = r"\sum_{t=1}^T\mathbb E_{\pi_\theta}[\nabla_\theta\log\pi_\theta(a_t|s_t)(Q_t^\pi(s_t,a_t)-V_t^\pi(s_t))]=\sum_{t=1}^T\mathbb E_{\pi_\theta}[\nabla_\theta\log\pi_\theta(a_t|s_t)A_t^\pi(s_t,a_t)]"
SCALED = (
    r"\log\left|\det\frac{\partial f(z)}{\partial z}\right|=\sum_{i=1}^{n-d}h_\theta(z_{1:d})_i"
)
PRODUCT = r"$$\log\left|\det\frac{df(z)}{dz}\right|=\log\prod_i\exp(s_i)=\sum_is_i$$"
LEVEL = r"\nabla_\theta\mathbb E_{p_\theta}[f(x)]=\mathbb E_{p_\theta}[(f(x)-b)\nabla_\theta\log p_\theta(x)]"
COORDINATES = r"\sum_{j=1}^m\mathbb E_q[\log q(z_j)-\log p(z_j)]"
OF_TWO = r"\log\frac{\sigma_p}{\sigma_q}+\frac{\sigma_q^2+(\mu_q-\mu_p)^2}{2\sigma_p^2}-\frac12"
NOISY = r"E_\epsilon[(\mu_q+\sigma_q\epsilon-\mu_p)^2]"
CLOSED = r"\frac12\sum_{j=1}^m\left(\mu_j^2+\sigma_j^2-1-\log\sigma_j^2\right)"

CASES: list[tuple[Outcome, str, str]] = [
    # bound variables by another letter
    ("proved", "score-function-gradient", r"$$\nabla_\theta\mathbb E_{x\sim p_\theta}[f(x)]=\nabla_\theta\int p_\theta(u)f(u)\,du=\int f(u)\,\nabla_\theta p_\theta(u)\,du$$"),
    ("refuted", "score-function-gradient", r"$$\nabla_\theta\mathbb E_{x\sim p_\theta}[f(x)]=\nabla_\theta\int p_\theta(u)f(u)\,du=\int f(u)\,p_\theta(u)\,du$$"),
    ("undecided", "score-function-gradient", r"$$\nabla_\theta\mathbb E_{x\sim p_\theta}[f(x)]=\int f(u)\nabla_\theta p_\theta(x)\,dx$$"),
    ("proved", "gan-jsd", r"$$\int p(u)\log D^*(u)\,du+\int p_G(u)\log(1-D^*(u))\,du=-\log4+2JSD(p\|p_G)$$"),
    ("refuted", "gan-jsd", r"$$\int p(u)\log D^*(u)\,du+\int p(u)\log(1-D^*(u))\,du=-\log4+2JSD(p\|p_G)$$"),
    # words before the sign of the first row are a name, and those that lead on are none
    ("proved", "vae-elbo", rf"\begin{{align*}}\text{{ELBO}}&={BOUND}\\&={JOINT}\end{{align*}}"),
    ("refuted", "vae-elbo", rf"\begin{{align*}}\text{{ELBO}}&={BOUND}\\&={JOINT.replace('+', '-')}\end{{align*}}"),
    ("undecided", "vae-elbo", rf"\begin{{align*}}\text{{ELBO}}&={JOINT.replace('+', '-')}\\&={JOINT.replace('+', '-')}\end{{align*}}"),
    ("proved", "vae-elbo", rf"$${BOUND}$$ \begin{{align*}}\text{{Hence}}&={JOINT}\end{{align*}}"),
    ("refuted", "vae-elbo", rf"$${BOUND}$$ \begin{{align*}}\text{{Hence}}&={JOINT.replace('+', '-')}\end{{align*}}"),
    # sentences in names without arguments, and other names of one thing
    ("proved", "policy-gradient", rf"Let $A_t^\pi=Q_t^\pi-V_t^\pi$. $${ADVANTAGE}$$"),
    ("undecided", "policy-gradient", rf"Let $A_t^\pi=Q_t^\pi+V_t^\pi$. $${ADVANTAGE}$$"),
    ("undecided", "policy-gradient", rf"Let $A_t^\pi=V_t^\pi-Q_t^\pi$. $${ADVANTAGE}$$"),
    ("proved", "realnvp-logdet", rf"We write $s_\theta=h_\theta$. $${SCALED}$$"),
    ("undecided", "realnvp-logdet", rf"We write $s_\theta=2h_\theta$. $${SCALED}$$"),
    ("undecided", "realnvp-logdet", rf"We write $s_\theta=e^{{h_\theta}}$. $${SCALED}$$"),
    # an expectation without its law, beside an action that is given
    ("proved", "bellman", r"$$Q^\pi(s,a)=r(s,a)+\gamma\mathbb E[V^\pi(s')]$$"),
    ("proved", "bellman", r"$$Q^\pi(s,a)=\mathbb E_\pi[r(s,a)+\gamma Q^\pi(s',a')]$$"),
    ("proved", "bellman", r"$$V^\pi(s)=\mathbb E[r(s,a)+\gamma V^\pi(s')]$$"),
    ("refuted", "bellman", r"$$V^\pi(s)=r(s,a)+\gamma\mathbb E[V^\pi(s')]$$"),
    ("refuted", "bellman", r"$$Q^\pi(s,a)=r(s,a)+\gamma\mathbb E_{a,s'}[V^\pi(s')]$$"),
    # a whole array that is drawn by a noise, in signs that are not read entry by entry
    ("proved", "gaussian-kl", r"With $z=\mu+\sigma\odot\epsilon$ and $\epsilon\sim N(0,I)$, $$KL(q\|p)=\mathbb E_\epsilon\left[\sum_{j=1}^m\left(\tfrac12(\mu_j+\sigma_j\epsilon_j)^2-\tfrac12\epsilon_j^2-\log\sigma_j\right)\right]$$"),
    ("undecided", "gaussian-kl", r"With $z_j=\mu_j-2\sigma_j\epsilon_j$ and $\epsilon\sim N(0,I)$, $$KL(q\|p)=\mathbb E_\epsilon\left[\sum_{j=1}^m\left(\tfrac12(\mu_j+\sigma_j\epsilon_j)^2-\tfrac12\epsilon_j^2-\log\sigma_j\right)\right]$$"),
    # a strict bound of two laws, which may be meant to differ
    ("undecided", "cvae-elbo", r"$$\mathrm{KL}(q_\phi(z|x,y)\|p_\theta(z|x,y))>0$$"),
    ("refuted", "cvae-elbo", r"$$\mathrm{KL}(q_\phi(z|x,y)\|p_\theta(z|x,y))<0$$"),
    ("refuted", "cvae-elbo", r"$$\mathrm{KL}(q_\phi(z|x,y)\|p_\theta(z|x,y))=0$$"),
    ("proved", "cvae-elbo", r"$$\mathrm{KL}(q_\phi(z|x,y)\|p_\theta(z|x,y))\ge0$$"),
    # names that a sentence or a comment gives
    ("proved", "sigmoid-derivative", r"Write $u$ for $1+e^{-x}$. Then $$\frac{d\sigma}{dx}=\frac{e^{-x}}{u^2}$$"),
    ("refuted", "sigmoid-derivative", r"Write $u$ for $1-e^{-x}$. Then $$\frac{d\sigma}{dx}=\frac{e^{-x}}{u^2}$$"),
    ("undecided", "sigmoid-derivative", r"Write $u$ for $x>0$. Then $$\frac{d\sigma}{dx}=\frac{e^{-x}}{u^2}$$"),
    ("proved", "sigmoid-derivative", r"\begin{align*}\frac{d\sigma}{dx}&=\frac{e^{-x}}{u^2}&&\text{where }u=1+e^{-x}\end{align*}"),
    ("refuted", "sigmoid-derivative", r"\begin{align*}\frac{d\sigma}{dx}&=\frac{e^{-x}}{u^2}&&(u=1-e^{-x})\end{align*}"),
    ("undecided", "sigmoid-derivative", r"\begin{align*}\frac{d\sigma}{dx}&=\frac{e^{-x}}{u^2}&&\text{if }u=1+e^{-x}\end{align*}"),
    # sums over pairs of letters in an order
    ("undecided", "attention-variance", r"$$\mathbb E[(q^Tk)^2]=\sum_i\mathbb E[q_i^2k_i^2]+2\sum_{i<j}\mathbb E[q_iq_jk_ik_j]$$"),
    ("refuted", "attention-variance", r"$$\mathbb E[(q^Tk)^2]=\sum_i\mathbb E[q_i^2k_i^2]+\sum_{i<j}\mathbb E[q_iq_jk_ik_j]$$"),
    ("proved", "reward-to-go", r"$$\mathbb E_{\tau\sim\pi_\theta}\left[\sum_{1\le t'<t\le T}r_{t'}\nabla_\theta\log\pi_\theta(a_t|s_t)\right]=0$$"),
    ("refuted", "reward-to-go", r"$$\mathbb E_{\tau\sim\pi_\theta}\left[\sum_{1\le t'\le t\le T}r_{t'}\nabla_\theta\log\pi_\theta(a_t|s_t)\right]=0$$"),
    # a trace or a determinant without brackets takes the product behind it
    ("proved", "gaussian-kl", r"$$H(q)=\frac12\log\det2\pi e\Sigma$$"),
    ("refuted", "gaussian-kl", r"$$H(q)=\frac12\log\det2\pi\Sigma$$"),
    ("proved", "attention-variance", r"$$\operatorname{tr}\mu\mu^T=\mu^T\mu$$"),
    ("proved", "attention-variance", r"$$\operatorname{tr}\sigma^2I=d\sigma^2$$"),
    ("refuted", "attention-variance", r"$$\operatorname{tr}\sigma^2\mu\mu^T=\sigma^2\|\mu\|$$"),
    ("proved", "gaussian-kl", r"$$\operatorname{tr}\Sigma^{-1}\Sigma=m$$"),
    ("proved", "gaussian-kl", r"$$\operatorname{tr}\Sigma\,\mu^T\mu=\mu^T\mu\,\operatorname{tr}(\Sigma)$$"),
    # products with a function that stands without its variable, beside the function with it
    ("proved", "sigmoid-derivative", r"$$\frac{\sigma'}{\sigma(1-\sigma)}=1$$"),
    ("proved", "sigmoid-derivative", r"$$\frac{\sigma'(x)}{\sigma(1-\sigma)}=\sigma(x)+\sigma(-x)$$"),
    ("refuted", "sigmoid-derivative", r"$$\frac{\sigma'}{\sigma(1+\sigma)}=1$$"),
    # a map of the half that is kept, of the other half, and a matrix of blocks in it
    ("proved", "realnvp-logdet", r"$$-\log\prod_{i=1}^{n-d}\exp(-h_\theta(x_{1:d})_i)=\sum_{i=1}^{n-d}h_\theta(z_{1:d})_i$$"),
    ("refuted", "realnvp-logdet", r"$$\log\prod_{i=1}^{n-d}\exp(-h_\theta(x_{1:d})_i)=\sum_{i=1}^{n-d}h_\theta(z_{1:d})_i$$"),
    ("undecided", "realnvp-logdet", r"$$\log\prod_{i=1}^{n-d}\exp(h_\theta(x_{d+1:n})_i)=\sum_{i=1}^{n-d}h_\theta(x_{d+1:n})_i$$"),
    ("undecided", "realnvp-logdet", r"$$\det\begin{pmatrix}I&0\\0&\mathrm{diag}(\exp(h_\theta(z_{1:d}))+h_\theta(z_{1:d}))\end{pmatrix}=\prod_{i=1}^{n-d}(\exp(h_\theta(z_{1:d})_i)+h_\theta(z_{1:d})_i)$$"),
    # a number of the question that is said to depend on an outcome
    ("undecided", "score-function-gradient", rf"$${LEVEL}$$ where $b$ depends on $x$."),
    ("undecided", "score-function-gradient", rf"$${LEVEL}$$ where $b$ is a function of $x$."),
    ("proved", "score-function-gradient", rf"$${LEVEL}$$ where $b$ does not depend on $x$."),
    ("proved", "score-function-gradient", rf"$${LEVEL}$$ since $p_\theta$ depends on $\theta$."),
    # laws of trajectories without their argument
    ("proved", "behaviour-cloning", r"$$KL(p_\beta\|\pi_\theta)=\mathbb E_{\tau\sim\beta}\left[\log\frac{p_\beta(\tau)}{\pi_\theta(\tau)}\right]$$"),
    ("refuted", "behaviour-cloning", r"$$KL(p_\beta\|\pi_\theta)=\mathbb E_{\tau\sim\pi_\theta}\left[\log\frac{p_\beta(\tau)}{\pi_\theta(\tau)}\right]$$"),
    # a row that cannot be read, in one of the settings of a question: no right step is wrong for it
    ("undecided", "gaussian-kl", rf"\begin{{align*}}D_{{KL}}(q\|p)&={COORDINATES}\\&=\cancel{{0+1}}\ {CLOSED}\end{{align*}}"),
    ("refuted", "gaussian-kl", rf"\begin{{align*}}D_{{KL}}(q\|p)&=2{COORDINATES}\\&=\cancel{{0+1}}\ {CLOSED}\end{{align*}}"),
    ("proved", "gaussian-kl", rf"\begin{{align*}}D_{{KL}}(q\|p)&={COORDINATES}\\&={CLOSED}\end{{align*}}"),
    # slopes by a name of the text, where one number is declared
    ("proved", "sigmoid-derivative", rf"{LET}$$\sigma'(x)=\frac{{d\sigma}}{{du}}\frac{{du}}{{dx}}=-u^{{-2}}\cdot(-e^{{-x}})$$"),
    ("refuted", "sigmoid-derivative", rf"{LET}$$\sigma'(x)=\frac{{d\sigma}}{{du}}\frac{{du}}{{dx}}=u^{{-2}}\cdot(-e^{{-x}})$$"),
    ("refuted", "sigmoid-derivative", rf"{LET}$$\sigma'(x)=\frac{{d\sigma}}{{du}}+\frac{{du}}{{dx}}$$"),
    ("refuted", "sigmoid-derivative", rf"{LET}$$\frac{{d}}{{du}}\frac1u=\frac1{{u^2}}$$"),
    # objectives that are said to be equivalent
    ("proved", "behaviour-cloning", rf"$$\max_\theta{FORWARD}\iff\max_\theta{ACTIONS}$$"),
    ("proved", "behaviour-cloning", rf"$$\min_\theta{APART}\iff\max_\theta{FORWARD}\iff\max_\theta{ACTIONS}$$"),
    ("proved", "behaviour-cloning", rf"$$\arg\max_\theta{FORWARD}\iff\arg\min_\theta-{ACTIONS}$$"),
    ("refuted", "behaviour-cloning", rf"$$\max_\theta{FORWARD}\iff\min_\theta{ACTIONS}$$"),
    ("refuted", "behaviour-cloning", rf"$$\max_\theta{APART}\iff\max_\theta{ACTIONS}$$"),
    # second derivatives by the value of a function
    ("proved", "optimal-discriminator", rf"$$\frac{{\partial^2}}{{\partial D(x)^2}}{INSIDE}={CURVED}<0$$"),
    ("proved", "optimal-discriminator", rf"$$\frac{{d^2}}{{dD^2}}{INSIDE}={CURVED}\le0$$"),
    ("proved", "optimal-discriminator", rf"$$V''(D)={CURVED}$$"),
    ("refuted", "optimal-discriminator", rf"$$\frac{{\partial^2}}{{\partial D^2}}{INSIDE}=-({CURVED})$$"),
    ("refuted", "optimal-discriminator", rf"$$V''(D)={CURVED}>0$$"),
    ("undecided", "optimal-discriminator", rf"$$\frac{{\partial^2}}{{\partial D(x)}}{INSIDE}={CURVED}$$"),
    # blocks of a Jacobian
    ("proved", "realnvp-logdet", r"$$\frac{\partial x_{1:d}}{\partial z_{1:d}}=\frac{\partial z_{1:d}}{\partial z_{1:d}}=I_d$$"),
    ("proved", "realnvp-logdet", rf"$$\frac{{\partial x_{{d+1:n}}}}{{\partial z_{{d+1:n}}}}=\frac{{\partial}}{{\partial z_{{d+1:n}}}}\left[{LAYER}\right]=\operatorname{{diag}}(\exp(h_\theta(z_{{1:d}})))$$"),
    ("refuted", "realnvp-logdet", r"$$\frac{\partial x_{d+1:n}}{\partial z_{d+1:n}}=\operatorname{diag}(h_\theta(z_{1:d}))$$"),
    ("refuted", "realnvp-logdet", r"$$\frac{\partial x_{1:d}}{\partial z_{1:d}}=2I_d$$"),
    ("proved", "realnvp-logdet", r"$$\frac{\partial x_{1:d}}{\partial z_{d+1:n}}=0$$"),
    ("refuted", "realnvp-logdet", r"$$\frac{\partial x_{d+1:n}}{\partial z_{1:d}}=0$$"),
    ("proved", "realnvp-logdet", rf"\begin{{align*}}x_{{d+1:n}}&={LAYER}\\\iff z_{{d+1:n}}&=\exp(-h_\theta(z_{{1:d}}))\odot(x_{{d+1:n}}-h_\theta(z_{{1:d}}))\end{{align*}}"),
    ("refuted", "realnvp-logdet", rf"\begin{{align*}}x_{{d+1:n}}&={LAYER}\\\iff z_{{d+1:n}}&=\exp(h_\theta(z_{{1:d}}))\odot(x_{{d+1:n}}-h_\theta(z_{{1:d}}))\end{{align*}}"),
    ("proved", "realnvp-logdet", r"$$\log\left|\det\frac{\partial z}{\partial x}\right|=-\log\left|\det\frac{\partial x}{\partial z}\right|$$"),
    ("refuted", "realnvp-logdet", r"$$\log\left|\det\frac{\partial z}{\partial x}\right|=\log\left|\det\frac{\partial x}{\partial z}\right|$$"),
    # slopes with a slash, inside of other signs and beside a size d
    ("proved", "realnvp-logdet", r"$$\log|\det(dx/dz)|=\sum_i h_i$$"),
    ("proved", "realnvp-logdet", r"$$\log|\det(\partial f(z)/\partial z)|=\log|\det(dx_{1:d}/dz_{1:d})|+\sum_i h_i$$"),
    ("refuted", "realnvp-logdet", r"$$\log|\det(dx/dz)|=2\sum_i h_i$$"),
    ("proved", "realnvp-logdet", r"$$dx_{1:d}/dz_{1:d}=I_d$$"),
    ("refuted", "realnvp-logdet", r"$$dx_{1:d}/dz_{1:d}=2I_d$$"),
    # Gaussian laws that are written by their mean and variance
    ("proved", "gaussian-kl-general", rf"$$KL(\mathcal N(\mu_q,\sigma_q^2)\|\mathcal N(\mu_p,\sigma_p^2))={OF_TWO}$$"),
    ("refuted", "gaussian-kl-general", rf"$$KL(\mathcal N(\mu_p,\sigma_p^2)\|\mathcal N(\mu_q,\sigma_q^2))={OF_TWO}$$"),
    ("undecided", "gaussian-kl-general", rf"$$KL(\mathcal N(\mu_q,\sigma_q)\|\mathcal N(\mu_p,\sigma_p))={OF_TWO}$$"),
    ("undecided", "gaussian-kl-general", rf"$$KL(\mathcal N(\mu_q,\sigma_q^2)\|\mathcal N(\mu_q,\sigma_p^2))={OF_TWO}$$"),
    ("proved", "gaussian-kl-general", r"$$\int\mathcal N(x;\mu_q,\sigma_q^2)\log\mathcal N(x|\mu_p,\sigma_p^2)\,dx=\mathbb E_{x\sim\mathcal N(\mu_q,\sigma_q^2)}[\log p(x)]$$"),
    ("refuted", "gaussian-kl-general", r"$$\int\mathcal N(x;\mu_q,\sigma_q^2)\log\mathcal N(x|\mu_p,\sigma_p^2)\,dx=\mathbb E_{x\sim\mathcal N(\mu_p,\sigma_p^2)}[\log p(x)]$$"),
    ("proved", "gaussian-kl", rf"$$KL(\mathcal N(\mu,\sigma^2I)\|\mathcal N(0,I))=\sum_{{i=1}}^mKL(\mathcal N(\mu_i,\sigma_i^2)\|\mathcal N(0,1))={CLOSED}$$"),
    ("refuted", "gaussian-kl", rf"$$KL(\mathcal N(\mu,\sigma^2)\|\mathcal N(0,I))=2\sum_{{i=1}}^mKL(\mathcal N(\mu_i,\sigma_i^2)\|\mathcal N(0,1))={CLOSED}$$"),
    ("proved", "gaussian-kl", rf"$$KL(\mathcal N(\mu,\operatorname{{diag}}(\sigma^2))\|p)=\int\mathcal N(z;\mu,\sigma^2)\log\frac{{\mathcal N(z;\mu,\sigma^2)}}{{\mathcal N(z;0,I)}}dz={CLOSED}$$"),
    ("undecided", "gaussian-kl", rf"$$KL(\mathcal N(\mu,\operatorname{{diag}}(\sigma))\|p)={CLOSED}$$"),
    ("undecided", "gaussian-kl", r"$$\sum_jKL(\mathcal N(\mu_j,\sigma_i^2)\|\mathcal N(0,1))=0$$"),
    # noise that a text brings along
    ("proved", "gaussian-kl-general", rf"Substitute $x=\mu_q+\sigma_q\epsilon$, $\epsilon\sim\mathcal N(0,1)$: $${NOISY}=E_q[(x-\mu_p)^2]$$"),
    ("proved", "gaussian-kl-general", rf"With $x=\mu_q+\sigma_q\epsilon$, $\varepsilon\sim N(0,1)$, $${NOISY}=(\mu_q-\mu_p)^2+\sigma_q^2$$"),
    ("refuted", "gaussian-kl-general", rf"With $x=\mu_q+\sigma_q\epsilon$, $\epsilon\sim N(0,1)$, $${NOISY}=(\mu_q-\mu_p)^2+\sigma_q$$"),
    ("undecided", "gaussian-kl-general", rf"With $x=\mu_q-2\sigma_q\epsilon$, $\epsilon\sim N(0,1)$, $${NOISY}=(\mu_q-\mu_p)^2+\sigma_q^2$$"),
    ("undecided", "gaussian-kl-general", rf"With $\epsilon\sim N(0,2)$, $${NOISY}=(\mu_q-\mu_p)^2+\sigma_q$$"),
    ("proved", "gaussian-kl-general", rf"With $\epsilon\sim N(0,1)$, $${NOISY.replace(NOISY[1:10], '')}=(\mu_q-\mu_p)^2+\sigma_q^2$$"),
    ("undecided", "gaussian-kl-general", rf"With $\epsilon\sim N(0,1)$, $${NOISY.replace(NOISY[2:10], 'q', 1)}=(\mu_q-\mu_p)^2+\sigma_q^2$$"),
    ("proved", "gaussian-kl", r"Let $\epsilon\sim\mathcal N(0,I)$. $$\sum_{j=1}^mE_q[z_j^2]=E_\epsilon\left[\sum_{j=1}^m(\mu_j+\sigma_j\epsilon_j)^2\right]$$"),
    ("refuted", "gaussian-kl", r"Let $\epsilon\sim\mathcal N(0,I)$. $$\sum_{j=1}^mE_q[z_j^2]=E_\epsilon\left[\sum_{j=1}^m(\mu_j+\sigma_j^2\epsilon_j)^2\right]$$"),
    ("proved", "gaussian-kl", r"$$E_q[z_j^2]=\mathbb E_{u\sim N(0,1)}[(\mu_j+\sigma_ju)^2]$$"),
    ("undecided", "gan-jsd", r"$$E_{u\sim N(0,1)}[u^2]=1$$"),
    # the diagonal of a triangular Jacobian
    ("proved", "realnvp-logdet", r"$$\log\left|\det\frac{\partial x}{\partial z}\right|=\log\prod_{k=1}^n\left|\frac{\partial x_k}{\partial z_k}\right|=\sum_{i=1}^n\log\left|\frac{\partial x_i}{\partial z_i}\right|=\sum_ih_i$$"),
    ("refuted", "realnvp-logdet", r"$$\log\left|\det\frac{\partial x}{\partial z}\right|=\prod_{i=1}^n\frac{\partial x_i}{\partial z_i}$$"),
    ("undecided", "realnvp-logdet", r"$$\det\frac{\partial x}{\partial z}=\prod_{i=1}^n\frac{\partial x_i}{\partial z_1}$$"),
    ("undecided", "realnvp-logdet", r"$$\det\frac{\partial x}{\partial z}=\prod_{i=1}^{n-1}\frac{\partial x_i}{\partial z_i}$$"),
    # the number of a step above a code, and a sample without its number
    ("proved", "vq-rolling-average", r"$$e^{(T)}=(1-2\eta)^Te^{(0)}+2\eta\sum_{t=1}^T(1-2\eta)^{T-t}x^{(t)}$$"),
    ("proved", "vq-rolling-average", r"$$e^{(t)}=(1-2\eta)e^{(t-1)}+2\eta x^{(t)}$$"),
    ("refuted", "vq-rolling-average", r"$$e^{(t)}=(1-\eta)e^{(t-1)}+2\eta x^{(t)}$$"),
    ("undecided", "vq-rolling-average", r"$$e^{t+1}=(1-2\eta)e^t+2\eta x^t$$"),
    ("refuted", "vq-rolling-average", r"$$e^2=(1-2\eta)e+2\eta x$$"),
    ("undecided", "vq-rolling-average", r"$$e_{t+1}=e_t-\eta\nabla_{e_t}\|x-e_t\|^2$$"),
    ("proved", "vq-rolling-average", r"$$e_t-\eta\nabla_{e_t}\|x-e_t\|^2=(1-2\eta)e_t+2\eta x$$"),
    # words as operators behind a sign of its own column
    ("proved", "realnvp-logdet", r"\begin{eqnarray*}\log\det\operatorname{diag}(e^{h_\theta(z_{1:d})})&=&\operatorname{tr}\operatorname{diag}(h_\theta(z_{1:d}))\end{eqnarray*}"),
    ("refuted", "realnvp-logdet", r"\begin{eqnarray*}\log\det\operatorname{diag}(e^{h_\theta(z_{1:d})})&=&\operatorname{tr}\operatorname{diag}(\exp(h_\theta(z_{1:d})))\end{eqnarray*}"),
    # codes that are columns
    ("proved", "vq-rolling-average", r"$$\nabla_e\|x-e\|^2=\nabla_e\left(x^\top x-2x^\top e+e^\top e\right)=-2x+2e$$"),
    ("refuted", "vq-rolling-average", r"$$\nabla_e\|x-e\|^2=\nabla_e\left(x^\top x-2x^\top e+e^\top e\right)=-2x+e$$"),
    # a transpose beside a number of steps that is called T
    ("proved", "vq-rolling-average", r"$$\|x-e\|^2=(x-e)^T(x-e)=x^Tx-2x^Te+e^Te$$"),
    ("refuted", "vq-rolling-average", r"$$\|x-e\|^2=(x-e)^T(x-e)=x^Tx-x^Te+e^Te$$"),
    ("proved", "vq-rolling-average", r"$$\nabla_{e(k)}\left(x^Tx-2x^Te(k)+e(k)^Te(k)\right)=2e(k)-2x$$"),
    ("proved", "vq-rolling-average", r"$$(1-2\eta)^Te_0=(1-2\eta)(1-2\eta)^{T-1}e_0$$"),
    ("refuted", "vq-rolling-average", r"$$(1-2\eta)^Te_0=(1-2\eta)^{T-1}e_0$$"),
    # what a derivative without brackets is taken of: an inner product, a product, a sum
    ("proved", "vq-rolling-average", r"$$\nabla_e(x-e)^T(x-e)=-2(x-e)$$"),
    ("refuted", "vq-rolling-average", r"$$\nabla_e(x-e)^T(x-e)=2(x-e)$$"),
    ("proved", "vq-rolling-average", r"$$\nabla_e(x-e)^\top(e-x)=2(x-e)$$"),
    ("refuted", "vq-rolling-average", r"$$\nabla_e(x-e)^\top(e-x)=-2(x-e)$$"),
    ("proved", "optimal-discriminator", r"$$\frac{\partial}{\partial D(x)}p(x)\log D(x)=\frac{p(x)}{D(x)}$$"),
    ("proved", "optimal-discriminator", rf"$$\frac{{\partial}}{{\partial D(x)}}{INSIDE[6:-7]}={SLOPE}$$"),
    ("proved", "optimal-discriminator", r"$$\frac{d}{dD}\log D+\log(1-D)=\frac1D+\log(1-D)$$"),
    ("refuted", "optimal-discriminator", rf"$$\frac{{\partial}}{{\partial D(x)}}{INSIDE[6:-7]}={SLOPE.replace('-', '+', 1)}$$"),
    ("proved", "vq-rolling-average", r"$$e-\eta\nabla_e\|x-e\|^2+\eta e=e+2\eta(x-e)+\eta e$$"),
    ("refuted", "vq-rolling-average", r"$$e-\eta\nabla_e\|x-e\|^2+\eta e=e+2\eta(x-e)-\eta$$"),
    # integrals over what bare densities are densities of
    ("proved", "gan-jsd", rf"$${HALVES}=2\,JSD(p\|p_G)-2\log2$$"),
    ("refuted", "gan-jsd", rf"$${HALVES}=2\,JSD(p\|p_G)-\log2$$"),
    ("undecided", "gan-jsd", r"$$\int 2=2$$"),
    # the sign of a reason, and covariances under the one law
    ("proved", "attention-variance", r"\begin{align*}\mathbb E[q^\top k]&=\sum_{i=1}^d\mathbb E[q_i]\,\mathbb E[k_i]&&\because q\perp k\\&=\sum_{i=1}^d\mu_i^2\end{align*}"),
    ("refuted", "attention-variance", r"\begin{align*}\mathbb E[q^\top k]&=\sum_{i=1}^d\mathbb E[q_i]\,\mathbb E[k_i]&&\because q\perp k\\&=\sum_{i=1}^d\mu_i\end{align*}"),
    ("proved", "score-function-gradient", r"$$\operatorname{Cov}(f(X),\nabla_\theta\log p_\theta(X))=\nabla_\theta\mathbb E_{p_\theta}[f(X)]$$"),
    ("refuted", "score-function-gradient", r"$$\operatorname{Cov}(f(X),\nabla_\theta\log p_\theta(X))=0$$"),
    # a variance and a square that only together are more
    ("proved", "bias-variance", r"$$\sigma^2+\mathbb E[f^2]-\mathbb E[f]^2+(\mathbb E[f]-\mathbb E[Y])^2\ge\sigma^2$$"),
    ("refuted", "bias-variance", r"$$\sigma^2+\mathbb E[f^2]-\mathbb E[f]^2-(\mathbb E[f]-\mathbb E[Y])^2\ge\sigma^2$$"),
    # what a sentence says that a name is, or depends on
    ("proved", "bellman", rf"{BELLMAN} where $V^\pi$ is the value function and $r$ is the reward."),
    ("undecided", "bellman", rf"{BELLMAN} where $V^\pi$ is the optimal value."),
    ("proved", "bellman", rf"Here $\gamma$ is the discount factor. {BELLMAN}"),
    ("proved", "bellman", rf"Here $G_t$ is the return, and $s'$ is the next state. {BELLMAN}"),
    ("undecided", "bellman", rf"Here $\pi$ is a greedy policy. {BELLMAN}"),
    ("undecided", "bellman", rf"Here $\gamma$ is the learning rate. {BELLMAN}"),
    ("proved", "score-function-gradient", rf"Here $f$ does not depend on $\theta$. {SCORE}"),
    ("undecided", "score-function-gradient", rf"Let $f$ depend on $\theta$. {SCORE}"),
    ("undecided", "score-function-gradient", rf"{SCORE} where f depends on theta."),
    ("undecided", "score-function-gradient", rf"Let $f=f_\theta$. {SCORE}"),
    ("proved", "score-function-gradient", rf"Let $p=p_\theta$. {SCORE}"),
    # which rewards are meant
    ("proved", "reward-to-go", rf"For past rewards: {ZERO}"),
    ("undecided", "reward-to-go", rf"For future rewards: {ZERO}"),
    ("undecided", "reward-to-go", rf"{ZERO} for all later rewards."),
    # the logarithm of a matrix
    ("undecided", "gaussian-kl", r"\log\det\Sigma=\operatorname{tr}\log\Sigma"),
    ("refuted", "gaussian-kl", r"\log\det\Sigma=\operatorname{tr}\Sigma"),
    # an outcome that stands for what it is made of
    ("proved", "reparametrization-gradient", r"\begin{align*}\nabla_\theta\mathbb E_x[x^2]&=\nabla_\theta\mathbb E_\epsilon[(\theta+\epsilon)^2]\\&=\mathbb E_\epsilon[2x]\\&=2\theta\end{align*}"),
    ("refuted", "reparametrization-gradient", r"\begin{align*}\nabla_\theta\mathbb E_x[x^2]&=\nabla_\theta\mathbb E_\epsilon[(\theta+\epsilon)^2]\\&=\mathbb E_\epsilon[x]\\&=2\theta\end{align*}"),
    # a value that is put in behind square brackets
    ("proved", "sigmoid-derivative", r"$$\sigma'(x)=\frac{d}{du}\left[\frac1u\right]_{u=1+e^{-x}}\cdot(-e^{-x})=\sigma(x)(1-\sigma(x))$$"),
    ("refuted", "sigmoid-derivative", r"$$\sigma'(x)=\frac{d}{du}\left[\frac1u\right]_{u=1+e^{-x}}\cdot e^{-x}=\sigma(x)(1-\sigma(x))$$"),
    # the slope by an entry that its number stands for
    ("proved", "softmax-derivative", r"$$\frac{\partial p_i}{\partial f_k}=p_i\partial_k\log p_i=p_i(\delta_{ik}-p_k)$$"),
    ("refuted", "softmax-derivative", r"$$\frac{\partial p_i}{\partial f_k}=p_i\partial_i\log p_k=p_i(\delta_{ik}+p_k)$$"),
    # the entropy of trajectories
    ("proved", "behaviour-cloning", rf"$${APART}=-H(p_\beta(\tau))-{FORWARD}$$"),
    ("refuted", "behaviour-cloning", rf"$${APART}=H(p_\beta(\tau))-{FORWARD}$$"),
    # a return given a state and an action
    ("proved", "policy-gradient", r"$$\mathbb{E}[\sum_{t'=t}^T r_{t'}|s_t,a_t]=Q_t(s_t,a_t)$$"),
    ("refuted", "policy-gradient", r"$$\mathbb{E}[\sum_{t'=t}^T r_{t'}|s_t,a_t]=V_t(s_t)$$"),
    # what a sentence behind a display names as a whole, and the display uses by its entries
    ("proved", "realnvp-logdet", rf"{PRODUCT} where $s=h_\theta(z_{{1:d}})$."),
    ("refuted", "realnvp-logdet", rf"{PRODUCT.replace('_is_i', '_i2s_i')} where $s=h_\theta(z_{{1:d}})$."),
    ("undecided", "realnvp-logdet", rf"{PRODUCT} where $s=2h_\theta(z_{{1:d}})$."),
    ("undecided", "realnvp-logdet", rf"{PRODUCT} where $s=h_\theta(z_{{1:d}})$ and $s=2h_\theta(z_{{1:d}})$."),
]  # fmt: skip


@pytest.mark.parametrize(("outcome", "claim", "text"), CASES)
def test_kinds(outcome: Outcome, claim: str, text: str) -> None:
    """A kind is read; what is wrong near it is refuted, and what is doubtful stays undecided."""
    found = check(text, claim=claim, kind="derivation")
    assert found.outcome == outcome, found.message


def test_a_conclusion_behind_a_derivation() -> None:
    """What a last sentence concludes of a name of the question changes nothing before it."""
    text = (
        r"$$C(G)=-\log(4)+2\cdot JSD(p\|p_G)$$ Since the divergence between two distributions is"
        r" always non-negative, and zero iff they are equal, $C^* = -\log(4)$ is the minimum."
    )
    assert check(text, claim="gan-jsd", kind="derivation").outcome == "proved"
    wrong = check(text.replace("2\\cdot", ""), claim="gan-jsd", kind="derivation")
    assert wrong.outcome == "refuted"
