# SPDX-License-Identifier: Apache-2.0
"""What stands in the README of an export, in both languages."""

from __future__ import annotations

SEALED = """# A sealed countersign export · 已密封的会签导出

Everything that is held about one person, sealed under a passphrase (scrypt, AES-256-GCM).
Read it with `countersign import THIS-FOLDER --home NEW-HOME --passphrase-file FILE`.
Without the passphrase nobody can read it, and nobody can help.

某人的全部数据，已用口令密封（scrypt、AES-256-GCM）。
读取：`countersign import 本文件夹 --home 新目录 --passphrase-file 口令文件`。
没有口令，谁也读不了，谁也帮不上。
"""

READ_ME = """# What is in this export · 本导出的内容

Everything that is held about you. JSON Lines: one JSON object a line, UTF-8, times in UTC.
关于你的全部数据。格式为 JSON Lines：每行一个 JSON 对象，UTF-8 编码，时间为 UTC。

| file 文件 | what it is | 说明 |
|---|---|---|
| `manifest.json` | every file with its SHA-256 and length | 各文件的 SHA-256 与长度 |
| `people.jsonl` | people and handles in your vault; `me` is you | 保险箱里的人员与账号；`me` 是你 |
| `sources.jsonl` | where words came from, how many, from when until when | 来源索引：数量与起止 |
| `traces.jsonl` | what you wrote, word by word; others' words only in a sealed export, while they are still kept | 你写下的全部文字；他人的文字只在密封导出中，且仅限尚未到期者 |
| `claims.jsonl` | every claim with its quotes, also those never released | 全部条目及原话，含从未发布的 |
| `decisions.jsonl` | what you decided on each claim, with the final wording | 你对每条的决定与定稿 |
| `sheets.jsonl` | the review sheets you signed (DSSE envelopes) | 你签名的审核单（DSSE 信封） |
| `objections.jsonl` | who does not want their words kept; honored after an import | 不愿文字被保存的人；导入后继续生效 |
| `answers.jsonl` | answers that you have not sent, and what you declined: known to you alone | 未寄出的答复与已拒绝的请求，只有你知道 |
| `hub/*.jsonl` | what the hub holds about you, one file a table: offers with their texts, signed records, releases, copies, every use (never by whom), erasures | 中心保存的与你有关的内容，一表一文件：要约与文本、已签记录、发布、副本、每次使用（不含使用者）、删除 |
| `proofs/*.tlog-proof` | for each signed record, its place in the log (C2SP) | 每条已签记录的日志证明（C2SP） |
| `records/*.jsonld` | the same consent for other programs: ISO/IEC TS 27560 in DPV, ODRL. Renderings; what holds are the signed records | 供其他程序读取的同意记录：ISO/IEC TS 27560（DPV）与 ODRL。仅为呈现，以已签记录为准 |
| `schemas/*` | schemas, shapes and vocabularies of all of this | 上述内容的模式、约束与词汇 |
| `secret/*` | sealed exports alone: the key of your ids, and your signing key | 仅密封导出：编号密钥与你的签名私钥 |

An envelope can be checked with any DSSE and Ed25519 tool: `payload` is base64 of the signed bytes,
the public keys stand in `hub/key_binding.jsonl`.
信封可用任何支持 DSSE 与 Ed25519 的工具核验：`payload` 是被签名字节的 base64，公钥见 `hub/key_binding.jsonl`。

Others' words are deleted at most 30 days after a review; a copy of them in your hands is no reason
to keep them longer. 他人的文字最迟在审核后 30 天删除；你手里有副本，不是留得更久的理由。

`countersign import FOLDER` brings traces, claims and decisions into a fresh home.
`countersign import 文件夹` 可把记录、条目与决定带入一个新的目录。
"""

TAKE_ALONG = """# What you take along · 带走

What you know and what you agreed to, for you to show elsewhere. Names of others, addresses, numbers,
links and secrets are masked; look through it before you show it, no mask is perfect.
你的经验和你签过的约定，供你在别处出示。他人姓名、地址、号码、链接与密钥已遮盖；出示前请再看一遍，遮盖并非万无一失。

| file 文件 | what it is | 说明 |
|---|---|---|
| `claims.jsonl` | what you know, in the words you approved | 你的经验，以你确认的文字写成 |
| `portfolio.jsonl` | what you held back, with its class | 你保留未发布的经验及其类别 |
| `credit/*.json` | credit records that parties signed; check with `countersign verify FILE` | 各方签名的贡献证明；用 `countersign verify FILE` 核验 |
| `records/*.jsonld` | what you consented to, and how it stands | 你同意过什么、现状如何 |
| `manifest.json` | every file with its SHA-256 | 各文件的 SHA-256 |
"""
