"""Names of people, invented from common ones: English, and Chinese with the spelling that their e-mails have."""

from __future__ import annotations

FIRST_NAMES = (
    "Ada", "Alex", "Amara", "Anna", "Ben", "Carla", "Chen", "Chloe", "Daniel", "Diego", "Elena", "Emma", "Farah",
    "Felix", "Grace", "Hana", "Hugo", "Ines", "Isaac", "Jade", "Jonas", "Kai", "Lena", "Leo", "Lin", "Lucia", "Marco",
    "Maya", "Mei", "Milo", "Nadia", "Noah", "Nora", "Olga", "Omar", "Paula", "Priya", "Ravi", "Rosa", "Sam", "Sofia",
    "Theo", "Tomas", "Vera", "Wei", "Yara", "Yusuf", "Zoe",
)  # fmt: skip
LAST_NAMES = (
    "Abbott", "Adeyemi", "Baker", "Becker", "Castro", "Chang", "Clarke", "Costa", "Diaz", "Dubois", "Ellis", "Evans",
    "Fischer", "Ford", "Garcia", "Gupta", "Hall", "Hassan", "Hughes", "Ito", "Jensen", "Kaur", "Khan", "Kim",
    "Kowalski", "Larsen", "Lee", "Lopez", "Martin", "Meyer", "Moore", "Nguyen", "Novak", "Okafor", "Park", "Patel",
    "Price", "Quinn", "Rossi", "Sato", "Silva", "Singh", "Turner", "Vogel", "Walsh", "Wang", "Weber", "Young",
    "Zhang", "Zimmer",
)  # fmt: skip
GIVEN_NAMES = (
    ("伟", "wei"), ("芳", "fang"), ("娜", "na"), ("敏", "min"), ("静", "jing"), ("丽", "li"), ("强", "qiang"),
    ("磊", "lei"), ("洋", "yang"), ("艳", "yan"), ("勇", "yong"), ("军", "jun"), ("杰", "jie"), ("娟", "juan"),
    ("涛", "tao"), ("明", "ming"), ("超", "chao"), ("霞", "xia"), ("平", "ping"), ("刚", "gang"), ("晓雨", "xiaoyu"),
    ("子涵", "zihan"), ("欣怡", "xinyi"), ("宇轩", "yuxuan"), ("梓萱", "zixuan"), ("浩然", "haoran"),
    ("诗琪", "shiqi"), ("雨桐", "yutong"), ("嘉怡", "jiayi"), ("俊杰", "junjie"),
    ("思远", "siyuan"), ("佳宁", "jianing"),
)  # fmt: skip
SURNAMES = (
    ("王", "wang"), ("李", "li"), ("张", "zhang"), ("刘", "liu"), ("陈", "chen"), ("杨", "yang"), ("黄", "huang"),
    ("赵", "zhao"), ("吴", "wu"), ("周", "zhou"), ("徐", "xu"), ("孙", "sun"), ("马", "ma"), ("朱", "zhu"),
    ("胡", "hu"), ("郭", "guo"), ("何", "he"), ("林", "lin"), ("罗", "luo"), ("郑", "zheng"), ("梁", "liang"),
    ("谢", "xie"), ("宋", "song"), ("唐", "tang"), ("许", "xu"), ("韩", "han"), ("冯", "feng"), ("邓", "deng"),
    ("曹", "cao"), ("彭", "peng"), ("曾", "zeng"), ("肖", "xiao"),
)  # fmt: skip
STREETS = (
    "Maple Street", "Station Road", "Mill Lane", "Harbour View", "Church Street", "Park Avenue", "Elm Close",
)  # fmt: skip
ROADS = ("南京西路", "淮海中路", "四川北路", "人民路", "中山路", "解放路", "建设大道", "文三路", "天府大道")
