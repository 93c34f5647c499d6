/* The simulator as a program of its own, for bench and tests. */
int cmd_sim(int argc, char **argv);

int main(int argc, char **argv)
{
    return cmd_sim(argc, argv);
}
