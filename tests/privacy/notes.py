"""Notes of a worker's health, one of each sort, each filled with what must be found nowhere in clear."""

from typing import Any
from uuid import UUID

from tests.privacy import canaries


def list_contents(proof_id: UUID) -> list[dict[str, Any]]:
    """One of each sort; `proof_id`: a proof that the last one invalidates."""
    told = canaries.TOLD
    return [
        {
            "what": "declared",
            "question_set": "2020-five",
            "version": 1,
            "answers": {
                "lives_in_outbreak_area": False,
                "met_case": True,
                "was_in_outbreak_area": False,
                "met_people_from_there": False,
                "has_symptoms": False,
            },
            "asked_by": told["asked by"],
            "signed": "paper",
            "note": told["note of health"],
        },
        {
            "what": "measured",
            "readings": [{"code": "body_temperature", "value": 386}],
            "place": told["measured at"],
            "measured_by": told["measured by"],
            "device": told["measured with"],
        },
        {
            "what": "screening",
            "system": told["screening system"],
            "result_code": "RC-77-SYN",
            "operator": told["screening operator"],
        },
        {
            "what": "follow_up",
            "day": 1,
            "reached": True,
            "status": "well",
            "called_by": told["followed up by"],
        },
        {"what": "proof_invalidated", "proof_id": str(proof_id)},
    ]


def make_proof() -> dict[str, Any]:
    told = canaries.TOLD
    return {
        "what": "proof",
        "kind": "health_certificate",
        "number": told["number of a proof"],
        "issuer": told["issuer of a proof"],
        "issued_on": "2020-03-20",
    }
