"""Writes the results of 5,000 made-up answers, as `lemmata grade` would."""

import json

for number in range(5_000):
    verdict = ("proved", "proved", "refuted", "undecided")[number // 20 % 4]
    record = {
        "line": number + 1,
        "id": f"student-{number // 20:03}/question-{number % 20}",
        "claim": f"question-{number % 20}",
        "verdict": verdict,
        "cause": "unreadable" if verdict == "undecided" else None,
        "read_as": "KL(q(z) || p(z)) = -(1 / 2) * sum_{j=1}^{m} (1 + log(sigma_j^2) - mu_j^2)",
        "score": {"proved": 1.0, "refuted": 0.0}.get(verdict),
        "message": "left side = 1/2\nright side = -1/2\nwhere\n  m = 1\n  sigma_1 = 1",
    }
    print(json.dumps(record))
