# ruff: noqa: SIM905 - a list of words is written as words
"""The words in which arguments are told around an answer, by what they do in a sentence.

None of them denies, scales, restricts or makes another quantity of the formula beside it, so that a
clause of such words alone changes nothing; of which thing it speaks is judged elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final


def _forms(verb: str) -> Iterator[str]:
    """A regular verb in all its forms: "apply" as "applies", "applied" and "applying"."""
    yield verb
    doubled = verb + verb[-1] if verb in _DOUBLED else verb
    if re.search(r"[^aeiou]y\Z", verb):
        yield from (f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing")
    elif verb.endswith("e"):
        yield from (f"{verb}s", f"{verb}d", f"{verb[:-1]}ing")
    else:
        third = "es" if re.search(r"(?:s|sh|ch|x|z|o)\Z", verb) else "s"
        yield from (f"{verb}{third}", f"{doubled}ed", f"{doubled}ing")


_DOUBLED: Final = frozenset("plug map step drag".split())
VERBS: Final = frozenset(
    form
    for verb in (
        # what is done to a formula, and by what
        "apply employ invoke exploit use recall expand differentiate simplify rearrange regroup "
        "reorganise reorganize collect gather combine assemble chain compose insert substitute "
        "plug rewrite express evaluate compute calculate determine derive deduce infer conclude "
        "obtain produce deliver provide furnish arrive reach end recognise recognize identify "
        "note notice observe factorise factorize decompose separate unroll unfold unpack iterate "
        "telescope backpropagate propagate handle treat carry work look start begin proceed "
        "continue finish complete process repeat trace list enumerate record inspect consider "
        "examine analyse analyze study visualise visualize interpret summarise summarize "
        "marginalise marginalize reparametrise reparametrize reparameterise reparameterize "
        "vectorise vectorize stack concatenate assign label name mark place attach spell "
        "bootstrap average aggregate accumulate merge mix pool blend "
        # what follows, and how it stands
        "follow lead imply explain confirm verify illustrate demonstrate show prove establish "
        "ensure guarantee allow enable permit help serve agree coincide correspond match relate "
        "connect link couple extend generalise generalize hold apply work happen occur arise "
        "emerge result return answer turn yield "
        # what the things of a question do
        "contribute consist depend enter appear act allow affect influence interact involve "
        "contain include comprise carry move pass flow route travel distribute share broadcast "
        "push pull point align attain achieve choose select pick keep preserve maintain conserve "
        "save waste cost lose gain need require take consume spend visit stay advance walk step "
        "jump land wait tend drift head saturate stamp overlap slide shift touch cover "
        "grow shrink rise increase decrease decay peak level vary fluctuate converge "
        "sample draw observe receive collect learn update adjust refresh tune train fit predict "
        "generate encode decode reconstruct compress transform map project sense track imitate "
        "act balance trade compete cooperate penalise penalize regularise regularize reward "
        "encourage favour favor anchor resemble describe measure count quantify "
        "express capture encode store represent characterise characterize "
        "factor split weight rescale equate drag"
    ).split()
    for form in _forms(verb)
) | frozenset(
    "have has having had get gets getting got do does doing done did make makes making made give "
    "gives giving given gave come comes coming came go goes going went gone find finds finding "
    "found see sees seeing seen saw know knows knowing known write writes writing written read "
    "reads reading say says saying set sets setting put puts putting let lets letting keep keeps "
    "kept hold holds held lead leads led leave leaves left bring brings brought become becomes "
    "becoming became begin begins began stand stands standing stood split splits splitting "
    "draw draws drawn drew feed feeds fed spread spreads spend spent lose lost cost costs grow "
    "grown grew shrink shrunk shrank rise risen rose take takes taken took choose chosen chose "
    "build builds building built form forms forming formed mean means meant lie lies lay "
    "survive survives surviving survived remain remains remaining remained".split()
)
"""Verbs in which one tells how an answer is found, and what the things of a question do."""
THINGS: Final = frozenset(
    form
    for noun in (
        # of arguments
        "argument computation calculation derivation differentiation substitution insertion "
        "expansion manipulation algebra calculus arithmetic bookkeeping trick technique method "
        "approach procedure recipe idea insight intuition interpretation picture view viewpoint "
        "perspective meaning observation remark comment note fact reason reasoning detail step "
        "stage route way line start end beginning outcome conclusion summary consequence upshot "
        "rule theorem lemma corollary proposition identity inequality property principle law "
        "definition formula equation relation recursion system notation convention form layout "
        "linearity independence symmetry convexity concavity causality smoothness continuity "
        "orthogonality additivity homogeneity invariance monotonicity stationarity markov "
        "structure pattern shape size format type kind matter question problem exercise task "
        "bayes jensen cauchy schwarz hoelder holder young fubini leibniz gauss leibler kullback "
        "taylor bellman wald gibbs woodbury pythagoras euler lagrange fisher shannon xavier glorot "
        "reinforce polyak nesterov newton hadamard kronecker euclid "
        # of formulas
        "term summand factor piece part ingredient contribution building pair side member "
        "bracket parenthesis numerator denominator coefficient constant index indices subscript "
        "argument variable parameter function map mapping operator operation composition "
        "coordinate component entry entries row column block diagonal vector matrix matrices "
        "tensor array scalar number integer list table grid dimension axis axes "
        "sum product integral integrand series sequence combination fraction "
        "differential partial gradient derivative jacobian determinant polynomial "
        # of learning
        "layer network model architecture unit neuron activation feature input output logit "
        "classifier class label target prediction loss objective batch mini-batch minibatch data "
        "dataset sample example observation point weight bias kernel filter window patch image "
        "channel stride padding copy copies overlap branch skip shortcut connection path graph "
        "node edge backward forward pass signal scale noise regularisation regularization "
        "regulariser regularizer penalty shrinkage training learner optimiser optimizer descent "
        "direction momentum buffer iteration iterate update code codebook encoder decoder "
        "autoencoder vae gan sgd latent prior posterior reconstruction attack adversary budget "
        "constraint boundary ball sphere perturbation generator discriminator density densities "
        "distribution expectation flow bijection coupling volume chain time horizon state "
        "action agent policy policies walker walk goal position cell move environment "
        "transition dynamics reward episode trajectory trajectories rollout expert "
        "behaviour behavior cloning imitation baseline critic actor bandit mdp "
        "box boxes detection threshold patient person people headache flu symptom test "
        "key query attention token head head rate learning expert estimator regression "
        "least squares design fit residual hessian gram feature optimum maximiser maximizer "
        "solution stationary extremum world setting context example literature textbook "
        "origin summary gaussian initialisation initialization everything itself "
        "softmax sigmoid logistic "
        "practice theory reader convenience completeness brevity clarity sake"
    ).split()
    for form in (noun, f"{noun}es" if noun.endswith(("s", "x", "ch")) else f"{noun}s")
)
"""Nouns of what an argument speaks of."""
ADJECTIVES: Final = frozenset(
    "simple short quick direct easy straightforward elementary routine mechanical standard usual "
    "classical classic common familiar famous well known well-known celebrated canonical "
    "basic trivial immediate clear obvious evident plain natural nice neat tidy clean elegant "
    "beautiful compact concise explicit closed analytic analytical general full complete whole "
    "entire total overall single final main key central crucial important useful handy "
    "convenient cheap efficient tractable good fine best optimal ideal right valid sound "
    "consistent intuitive sensible reasonable expected remarkable surprising interesting "
    "linear affine quadratic bilinear multilinear convex concave smooth differentiable continuous "
    "monotone monotonic additive separable homogeneous symmetric diagonal triangular orthogonal "
    "block-diagonal lower-triangular upper-triangular block-triangular invertible square "
    "finite discrete scalar stationary deterministic stochastic random independent identical "
    "geometric gaussian normal bernoulli categorical markovian markov unbiased lipschitz volume "
    "preserving volume-preserving invariant elementwise element-wise coordinatewise "
    "coordinate-wise componentwise pointwise local global inner outer upstream downstream "
    "incoming outgoing shared common individual separate respective corresponding relevant "
    "various several many multiple different new current present past next hidden latent "
    "observed predicted analytical variational adversarial residual convolutional "
    "parallel aligned radial constant bounded positive nonnegative non-negative nonzero non-zero "
    "cyclic multivariate univariate deterministic irreducible unchanged intact alike "
    "same equal equivalent proper ".split()
)
"""How a thing is of which an argument speaks."""
QUALITIES: Final = ADJECTIVES.union(
    "quickly directly easily immediately simply clearly obviously evidently naturally nicely "
    "neatly cleanly elegantly explicitly exactly precisely carefully finally eventually "
    "ultimately together separately independently individually respectively accordingly "
    "consequently equivalently similarly likewise analogously again once first second third next "
    "then last also too moreover furthermore indeed essentially effectively basically "
    "linearly additively multiplicatively quadratically monotonically smoothly radially outward "
    "inward straight forward backward up along across apart through "
    "throughout everywhere always just quite very really "
    "remarkably surprisingly conveniently intuitively geometrically visually verbatim".split()
)
"""Adjectives and adverbs that praise, or say how things are of which an argument speaks."""
LINKS: Final = frozenset(
    "a an the this that these those it its they their them we our us one ones you your my is are "
    "be been being and or as at by for from in into of on onto per so to toward towards up upon "
    "via with within while where which who how since because due thanks given here there now both "
    "each every all any some such same own itself themselves ourselves exactly over off out "
    "between among against when if until till".split()
) - frozenset("if when until till off out".split())
"""Words that join others."""
BEHAVES: Final = frozenset(
    form
    for verb in (
        "grow shrink rise increase decrease decay peak saturate depend vary point match agree "
        "coincide correspond confirm complete show explain recover resemble follow conclude "
        "prove establish generalise generalize illustrate reproduce converge tend "
        "reflect make have remain stay"
    ).split()
    for form in (verb, f"{verb}s", f"{verb[:-1]}ies", f"{verb}es")
) | {"has", "grows"}
"""Verbs of a remark on an answer that makes no other of it: "which grows with the dimension"."""
FINITE: Final = frozenset(
    "is are can has have had was were equals moves costs sums adds flows passes points stamps maps "
    "acts add contribute accumulate flow pass vary agree coincide".split()
).union(verb for verb in VERBS - THINGS if verb.endswith("s")) - frozenset(
    "results answers returns labels names notes".split()
)
"""The verbs of a whole sentence."""
LEADING: Final = frozenset(
    "is are be being becomes become gives give yields yield reads read equals equal has have had "
    "comes come came out to turns turned works worked simplifies simplify simplified reduces "
    "reduce reduced evaluates evaluate evaluated amounts boils collapses down given by described "
    "expressed written rewritten stated obtained found computed calculated via as just exactly "
    "namely then therefore thus hence now so simply also again can will must does leads lead "
    "produces produce returns delivers deliver provides provide furnishes shows us needs need "
    "requires require chooses choose takes take".split()
)
"""Verbs that lead on to the formula behind them, and what stands among them."""
CAUSES: Final = frozenset(
    "give gives gave yield yields produce produces lead leads deliver delivers leave leaves show "
    "shows imply implies provide provides furnish furnishes result results get gets".split()
)
"""Those of what an answer is found by."""
METHODS: Final = frozenset(
    "rule theorem identity lemma inequality law property formula definition linearity independence "
    "symmetry computation calculation algebra expansion differentiation integration substitution "
    "induction trick argument derivation simplification rearrangement cancellation factorisation "
    "factorization recursion convexity concavity orthogonality causality manipulation arithmetic "
    "counting inspection completion comparison elimination decomposition reparametrisation "
    "reparametrization reparameterization marginalisation marginalization conditioning steps "
    "work calculus bookkeeping backpropagation reasoning observation insight".split()
)
"""Nouns of what an answer is found by."""
COMPLEMENT: Final = re.compile(
    r"\b(?:(?P<verb>is|are|equals?|gives?|yields?|becomes?|has|takes|admits|assumes|performs?|as)\s+"
    r"(?:(?:just|simply|exactly|precisely|again|also|then|therefore|thus)\s+)*(?:the|an?|its)\s+"
    r"(?:(?:outer|inner|dot|matrix|matrix-vector|hadamard|elementwise|element-wise|convex|linear|quadratic"
    r"|bilinear|simple|familiar|known|well-known|usual|standard|closed|closed-form|analytic|analytical"
    r"|explicit|compact|concise|elegant|neat|nice|new|scalar|symmetric|following|bellman|general|same"
    r"|celebrated|famous|classical)\s+)+"
    r"(?:product|combination|form|update|recursion|equation|expression|formula|identity|rule|relation"
    r"|solution|vector|matrix)"
    r"|lipschitz\s+with\s+(?:the\s+)?constant)\s*\Z",
    re.IGNORECASE,
)
"""The verb with what it says of the form of the formula behind it: "is the outer product"."""
