/* main.c - `bihuan COMMAND …`, in the manner of git. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "app/commands.h"
#include "base/scoped.h"

static const struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *what, *what_zh;
} commands[] = {
    { "serve", cmd_serve, "run the server: gateway, evaluation, ledgers, HTTP",
      "运行服务：采集网关、评价、台账、HTTP" },
    { "demo", cmd_demo, "make a demo city in a data folder", "在数据目录中生成示例城市" },
    { "import", cmd_import, "read measurements from CSV files", "从 CSV 文件导入监测值" },
    { "evaluate", cmd_evaluate, "judge CSV files by the standards, without a server",
      "按标准评价 CSV 文件（无需服务）" },
    { "bulletin", cmd_bulletin,
      "make a bulletin of what is stored: annual, monthly, handover, compensation, loads",
      "由存储结果生成公报" },
    { "verify", cmd_verify, "compute a receipt's figure again and say what differs", "按凭据重新计算并核对" },
    { "plan", cmd_plan, "read a plan's text into targets and tasks", "从方案文本中读出目标与任务" },
    { "device", cmd_device, "ask a device something through the server", "通过服务向设备下发命令" },
    { "hj212", cmd_hj212, "read and build HJ 212 frames", "读取和生成 HJ 212 报文" },
    { "sim", cmd_sim, "play devices that send HJ 212", "模拟发送 HJ 212 的设备" },
    { "conform", cmd_conform, "test a platform or a data logger by HJ 212", "按 HJ 212 检测平台或数采仪" },
    { "user", cmd_user, "add people and set passwords", "管理账号" },
    { "ledger", cmd_ledger, "describe a ledger for those who use it", "生成台账说明" },
    { "check", cmd_check, "check definitions, or a data folder's event chain",
      "检查定义文件或数据目录的记录链" },
};

static int usage(FILE *to)
{
    fprintf(to, "usage: bihuan COMMAND [OPTIONS]\n\n");
    for (size_t i = 0; i < COUNT_OF(commands); i++)
        fprintf(to, "  %-9s %s\n            %s\n", commands[i].name, commands[i].what, commands[i].what_zh);
    fprintf(to, "\n`bihuan COMMAND --help` tells more; `bihuan --version` the version.\n");
    return to == stdout ? 0 : 2;
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return usage(stderr);
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)
        return usage(stdout);
    if (strcmp(argv[1], "--version") == 0) {
        puts("bihuan " BIHUAN_VERSION);
        return 0;
    }
    if (sodium_init() < 0) {
        fprintf(stderr, "bihuan: no source of random numbers\n");
        return 2;
    }
    for (size_t i = 0; i < COUNT_OF(commands); i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    fprintf(stderr, "bihuan: no command '%s'; `bihuan --help` lists them\n", argv[1]);
    return 2;
}
