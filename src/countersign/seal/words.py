# SPDX-License-Identifier: Apache-2.0
"""A digest in words, so that two people can compare it by eye or over the phone.

Each byte of the digest's beginning is one word of 256. The Chinese row is the beginning of the
Thousand Character Classic (千字文), whose characters do not repeat, without its rarest ones.
The lists are frozen: cards and paper already printed depend on them.
"""

from __future__ import annotations

WORDS_EN = (
    "acid acorn alarm album amber anchor angle ankle apple apron arch arena armor arrow aspen "
    "atlas attic autumn badge bagel bamboo banjo barn basil basin basket beach beacon beaver "
    "bell bench berry birch bison blade blanket blossom boat bonnet border bottle boulder "
    "bowl branch brass bread breeze brick bridge bronze brook broom bucket butter button "
    "cabin cable cactus camel camera canal candle canoe canvas canyon carbon carpet carrot "
    "castle cedar cello cement chain chalk cherry chess chimney cider circle citrus clay "
    "cliff clock cloud clover coast cobalt cocoa comet compass copper coral corner cotton "
    "cradle crane crater cricket crown crystal curtain daisy dawn delta desert diary dolphin "
    "domino donkey door dragon drum dune eagle easel echo elbow ember engine falcon farm "
    "feather fern ferry fiddle field finch flame flute forest fossil fountain fox galaxy "
    "garden garlic gate ginger glacier globe glove goat granite grape gravel guitar hammer "
    "harbor hazel hedge helmet heron hill honey horizon horse igloo indigo ink iris island "
    "ivory ivy jacket jade jasmine jigsaw jungle kettle kitchen kite ladder lagoon lake lamp "
    "lantern laurel lava lemon lentil lilac lily lime linen lion lobster lotus lunar magnet "
    "mango maple marble market meadow melon mercury meteor mill mint mirror moon moss motor "
    "mountain museum nectar needle nest nickel north nutmeg oasis ocean olive onion opal "
    "orange orbit orchard orchid otter oven owl oxygen paddle palace panda paper parade peach "
    "pearl pebble pepper piano pigeon pillow pilot pine planet plum pocket pond poppy prairie "
    "prism puzzle quartz quill rabbit radar raven reef ribbon river rocket saddle "
).split()
WORDS_ZH = (
    "天地玄黄宇宙洪荒日月盈辰宿列张寒来暑往秋收冬藏余成岁律调阳云腾致"
    "雨露结为霜金生丽水玉出昆冈剑号巨珠称夜光果珍李菜重芥姜海咸河淡鳞"
    "潜羽翔龙师火帝鸟官人皇始制文字乃服衣裳推位让国有陶唐吊民周发汤坐"
    "朝问道垂拱平章爱育黎首臣伏一体率宾归王鸣凤在竹白驹食场化被草木赖"
    "及万方盖此身四大五常恭惟养敢女慕贞洁男效才良知过必改得能莫忘谈彼"
    "短己长信使可覆器欲难量墨丝染诗赞羔羊景行维贤克念作圣德建名立形端"
    "表正空谷传声虚堂习听因积福缘善庆尺非宝寸阴是竞资父事君曰严与敬孝"
    "当力忠则尽临深履薄夙兴温清似兰斯馨如松之盛川流不息渊澄取映容止若"
)


def digest_words(digest_hex: str, *, lang: str = "en", count: int = 8) -> str:
    """Return the first `count` bytes of a hex digest in words (`en`) or characters (`zh`)."""
    head = bytes.fromhex(digest_hex)[:count]
    if lang == "zh":
        return "".join(WORDS_ZH[byte] for byte in head)
    return "-".join(WORDS_EN[byte] for byte in head)
