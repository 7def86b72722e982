# SPDX-License-Identifier: Apache-2.0
"""The names that records for others use: pinned to DPV 2.3 and ODRL 2.2, and our own few.

The published guide to ISO/IEC TS 27560 and the ontology disagree in places (it names terms that
DPV 2.3 does not have), so a name stands here only if the ontology has it; a test holds every
rendering to these lists. What DPV lacks is `cs:` (`cs.ttl`), and for mainland China, for which DPV
has no extension, `cs-cn:` (`cs-cn.ttl`).
"""

from __future__ import annotations

from countersign.terms.words import Audience, Kind, Purpose, Source

RECORD = "https://w3id.org/dpv/schema/dpv-27560#record"
RECEIPT = "https://w3id.org/dpv/schema/dpv-27560#receipt"
PROFILE = "https://w3id.org/countersign/odrl"
ID = "https://w3id.org/countersign/id/"

DPV_CLASSES = frozenset(
    "ConsentRecord ConsentReceipt ConsentNotice Process Purpose StorageLocation StorageDuration"
    " StorageDeletion WithdrawConsent DataSubjectRight DataSubject DataController Employee Location"
    " ExplicitlyExpressedConsent DPIA ConsentRequested ConsentGiven ConsentWithdrawn ConsentRevoked"
    " ConsentExpired ConsentStatusInvalidForProcessing".split()
)
DPV_PROPERTIES = frozenset(
    "hasDataSubject hasNotice hasProcess hasPurpose hasPersonalData hasStorageCondition"
    " hasDataController hasRecipient hasJurisdiction hasRight hasConsentControl hasAssessment"
    " hasConsentStatus hasLegalBasis hasLocation hasDuration isExercisedAt isIndicatedAtTime"
    " isIndicatedBy hasIndicationMethod hasRecordOfActivity".split()
)
PD_TERMS = frozenset("EmailContent Communication ProfessionalExperience WorkExperience".split())
GDPR_RIGHTS = {
    "A7-3": ("Withdraw at any time", "随时撤回"),
    "A15": ("Access and a copy", "查阅、复制"),
    "A16": ("Correction", "更正"),
    "A17": ("Erasure", "删除"),
    "A20": ("Take it along in open formats", "以开放格式转移"),
    "A77": ("Complain to an authority", "向主管部门投诉"),
}

DATA_OF: dict[Source, str] = {
    Source.MAIL: "pd:EmailContent",
    Source.SLACK: "pd:Communication",
    Source.MEETINGS: "pd:Communication",
}
"""Which DPV category the words from a source are; from others, work experience alone."""


def word(value: Purpose | Audience | Kind | Source) -> str:
    """Return the `cs:` name of a word of the terms: `cs:purpose-onboard`."""
    return f"cs:{type(value).__name__.lower()}-{value.value}"
