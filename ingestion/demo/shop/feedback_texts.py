"""What people write in reviews: by language, mood (bad, mixed, good) and topic."""

from __future__ import annotations

TOPICS = ("quality", "delivery", "packaging", "price", "looks", "use")
BAD, MIXED, GOOD = range(3)

REVIEWS = {
    "en": (
        ("Fell apart after a week. Very disappointed with the quality.",
         "Arrived more than a week late and nobody told me why.",
         "The box was crushed and the contents chipped.", "Far too expensive for what it is.",
         "The colour is nothing like the picture.", "Awkward to use and it does not do what the page says."),
        ("Decent quality, but I expected a bit more.", "Nice enough, though delivery took its time.",
         "Good product, careless packaging.", "Fine, but I would only buy it in a sale.",
         "A little smaller than it looks in the photos.", "Does its job, nothing special."),
        ("Beautifully made, better than I hoped. Would buy again.", "Here in three days, very well organised shop.",
         "Lovely wrapping, it looked like a present.", "Great value, I ordered a second one at once.",
         "Looks gorgeous in our living room.", "I use it every day and still love it."),
    ),
    "zh": (
        ("用了一周就坏了，质量太差，很失望。", "物流太慢了，等了十多天，客服也不回复。",
         "收到的时候盒子都压扁了，里面有破损。",
         "性价比太低，不值这个价。", "实物和图片色差很大，不喜欢。", "不好用，和描述的不一样。"),
        ("质量还可以，没有想象中那么好。", "东西还行，就是物流有点慢。", "产品不错，包装比较随意。",
         "一般般，打折的时候买还行。",
         "比图片上看起来小一些。", "能用，没什么特别的。"),
        ("质量非常好，做工精细，会回购！", "发货很快，第二天就到了，好评！", "包装很用心，送人也很有面子。",
         "性价比很高，已经推荐给朋友了。",
         "颜值很高，摆在客厅特别好看。", "每天都在用，非常满意。"),
    ),
}  # fmt: skip
"""`REVIEWS[language][mood][topic]`."""

CONTACTS = {
    "en": (
        " Please call me at (212) 555-0147 about it.",
        " You can write to happy.buyer@mail.example for photos.",
    ),
    "zh": ("请打我电话 +86 100 2345 6789 联系。", "有问题发邮件到 maijia@mail.example 吧。"),
}
"""People do write such things; nothing of it may land."""

SPAM = {
    "en": ("BEST watches and handbags, 90 % off, only today!!!", "Earn money from home, message me now",
           "Do not buy here, buy at my shop"),
    "zh": ("加群领券，全场一折，速来！！！", "在家兼职日赚三百，私信我", "别在这家买，来我店里更便宜"),
}  # fmt: skip
BRUSHED = ("非常好，非常满意，五星好评！", "宝贝很好，值得购买，推荐！", "很不错的宝贝，物流也快，全五分！")
