"""What is broken on purpose, in the order of docs/reliability.md, in both languages. What a visitor reads is not here:
the tests read it from the running program."""

from __future__ import annotations

from typing import NamedTuple


class Fault(NamedTuple):
    """A row: what is done, what is kept, what comes next; English and Chinese."""

    key: str
    done: tuple[str, str]
    kept: tuple[str, str]
    then: tuple[str, str]


class Section(NamedTuple):
    title: tuple[str, str]
    how: tuple[str, str]
    faults: tuple[Fault, ...]


_RUN = ("the earlier run stays on the page", "之前的结果留在页面上")
_AGAIN = ("“Fetch again” brings the prices, and they are trained on", "点“重新获取”即可取得行情并训练")


def _source(key: str, english: str, chinese: str) -> Fault:
    return Fault(key, (english, chinese), _RUN, _AGAIN)


SOURCES = Section(
    ("Sources of prices", "行情数据源"),
    (
        "A local server speaks both vendors' formats over real sockets; the page is asked for other prices while a "
        "finished run is on it. Every wait of a visitor is a tenth of the real one: a try of 1 s instead of 10 s.",
        "本地服务器经真实套接字模拟两家数据源；页面上已有训练结果时改换行情。"
        "访客的每段等待缩短为十分之一：单次请求 1 秒，而非 10 秒。",
    ),
    (
        _source("rate-minute", "too many calls in a minute", "每分钟调用次数超限"),
        _source("rate-hour", "too many calls in an hour", "每小时调用次数超限"),
        _source("rate-day", "too many calls in a day", "每天调用次数超限"),
        _source("http-429", "HTTP 429", "HTTP 429"),
        _source("permission", "a token that may not call the interface", "Token 无权调用该接口"),
        _source("token", "a token that is wrong", "Token 错误"),
        _source("http-4xx", "HTTP 404", "HTTP 404"),
        _source("http-5xx", "HTTP 503", "HTTP 503"),
        _source("empty", "no rows", "没有数据行"),
        _source("html", "HTML instead of prices", "返回 HTML 而非行情"),
        _source("null", "an answer without data (`null`)", "返回空数据（`null`）"),
        _source("garbage", "bytes that are no text", "返回乱码"),
        _source("bare", "an empty answer", "返回空内容"),
        _source("dropped", "the connection is closed without an answer", "连接未应答即关闭"),
        _source(
            "half-sent",
            "the connection is closed in the middle of an answer of known length",
            "应答中途断开（长度已知）",
        ),
        _source("cut-off", "an answer that ends in its middle", "应答在中间截断"),
        _source("slow", "no answer for 30 s", "30 秒没有应答"),
        _source("trickle", "an answer of a byte now and then, without end", "应答断断续续、永不结束"),
    ),
)

DISK = Section(
    ("Disk", "磁盘"),
    (
        "A file system of its own is filled to the last byte, or mounted anew for reading only.",
        "使用单独的文件系统：写满，或改为只读挂载。",
    ),
    (
        Fault(
            "disk-full",
            ("the disk is full when prices and a run are to be kept", "保存行情和结果时磁盘已满"),
            (
                "prices and runs kept before are read; the new run is on the page",
                "之前保存的行情和结果仍可读取，新结果显示在页面上",
            ),
            (
                "other prices come and are trained on; with room again they are kept",
                "其他行情照常获取和训练；有空间后恢复保存",
            ),
        ),
        Fault(
            "read-only",
            ("the store may only be read", "存储目录只读"),
            (
                "prices and runs kept before are read; the new run is on the page",
                "之前保存的行情和结果仍可读取，新结果显示在页面上",
            ),
            (
                "other prices come and are trained on; once it may be written they are kept",
                "其他行情照常获取和训练；可写后恢复保存",
            ),
        ),
        Fault(
            "damaged-prices",
            ("a file of prices is damaged", "行情文件损坏"),
            ("the damaged file is set aside; other files are untouched", "损坏的文件另存，其他文件不受影响"),
            ("the prices are fetched again, and kept whole", "重新获取并完整保存"),
        ),
        Fault(
            "damaged-run",
            ("the file of a finished run is damaged", "结果文件损坏"),
            ("other runs are read from disk", "其他结果照常读取"),
            ("the run is trained again, and kept whole", "重新训练并完整保存"),
        ),
        Fault(
            "two-servers",
            ("two servers fetch and train on one store at the same time", "两个服务器同时使用一个存储目录"),
            ("one whole file of prices; each reads the other's run", "行情文件完整，只有一份；彼此能读取对方的结果"),
            ("the next request is answered from what is kept", "后续请求由已保存的内容应答"),
        ),
    ),
)  # fmt: skip

WORKERS = Section(
    ("Workers", "工作进程"),
    (
        "Real worker processes, ended by signal 9 or by their own doing.",
        "真实的工作进程，由信号 9 或其自身行为终止。",
    ),
    (
        Fault(
            "worker-killed",
            ("a worker is killed in mid-training", "训练途中一个工作进程被杀"),
            ("finished runs", "已完成的结果"),
            (
                "the training begins again on another worker by itself, and ends",
                "训练自动在另一工作进程上重新开始并完成",
            ),
        ),
        Fault(
            "all-workers-killed",
            ("all workers and their scheduler are killed in mid-training", "训练途中全部工作进程和调度器被杀"),
            ("the earlier run stays on the page", "之前的结果留在页面上"),
            ("they are started again and the training ends, without a press", "自动重新启动并完成训练，无需操作"),
        ),
        Fault(
            "scheduler-lost",
            (
                "the scheduler of a cluster is gone, and comes back; then a worker",
                "集群的调度器中断后恢复，随后才有工作进程",
            ),
            ("finished parts of a set are not trained again", "一组训练中已完成的部分不再重训"),
            ("the training and the set end, without a press", "训练与整组训练自动完成，无需操作"),
        ),
        Fault(
            "over-memory",
            ("a job takes more memory than its worker may", "任务超出工作进程的内存上限"),
            ("finished runs", "已完成的结果"),
            ("the worker is started again, and the next job ends", "工作进程重新启动，下一任务正常完成"),
        ),
        Fault(
            "over-time",
            (
                "a job runs on far beyond its estimate (limit shortened from 600 s to 2 s)",
                "任务远超预计时间（上限由 600 秒缩短为 2 秒）",
            ),
            ("finished runs", "已完成的结果"),
            ("the worker is free, and the next job ends", "工作进程空闲，下一任务正常完成"),
        ),
        Fault(
            "over-time-deaf",
            (
                "the same by a job that never asks whether it should stop (limit shortened from 600 s to 2 s)",
                "同上，且任务从不检查是否应停止（上限由 600 秒缩短为 2 秒）",
            ),
            ("finished runs", "已完成的结果"),
            ("the worker is ended and started again, and the next job ends", "工作进程被终止并重启，下一任务正常完成"),
        ),
    ),
)  # fmt: skip

_CUT = ("the training goes on where it stands", "训练从当前进度继续")

VISITORS = Section(
    ("Visitors and time", "访客与时间"),
    (
        "A real browser behind a wire that is cut and mended, and a server that is started again.",
        "真实浏览器，中间的连接被切断又恢复；服务器重启。",
    ),
    (
        Fault(
            "reconnect-2",
            ("the connection is cut for 2 s in mid-training", "训练途中断网 2 秒"),
            ("the epochs trained until then", "此前已训练的轮次"),
            _CUT,
        ),
        Fault(
            "reconnect-15",
            ("the connection is cut for 15 s in mid-training", "训练途中断网 15 秒"),
            ("the epochs trained until then", "此前已训练的轮次"),
            _CUT,
        ),
        Fault(
            "reconnect-60",
            (
                "the visitor is away for 60 s in mid-training, by the service's own clock, which the test turns",
                "训练途中访客离开 60 秒（由测试拨动服务自身的时钟）",
            ),
            ("the epochs trained until then; after 91 s it is given up", "此前已训练的轮次；离开 91 秒后放弃"),
            _CUT,
        ),
        Fault(
            "server-restart",
            ("the server is ended and started again with a visitor on a page", "访客在线时服务器重启"),
            ("the page, its dials and the finished run", "页面、设置与已完成的结果"),
            ("the visitor's next move is trained", "访客的下一步操作照常训练"),
        ),
        Fault(
            "calendar-end",
            ("the clock stands beyond the end of the exchange's calendar", "时间超出交易所日历的范围"),
            ("prices and run are there up to the last weekday", "行情与结果到最近一个工作日为止"),
            ("the days beyond are drawn, and said to be estimates", "仍可预测未来日期，并标明为估计"),
        ),
    ),
)

SECTIONS = (SOURCES, DISK, WORKERS, VISITORS)
FAULTS = {fault.key: fault for section in SECTIONS for fault in section.faults}
